package io.faultline.scenario.model;

/**
 * Something that can be set when a scenario is run.
 *
 * @param about what it is, with its unit
 * @param standard its value if nobody sets it
 * @param value the one that it has
 */
public record Parameter(String name, String about, String standard, String value) {}
