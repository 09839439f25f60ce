package io.faultline.scenario.model;

/**
 * Something that a scenario leaves to whoever plays it.
 *
 * @param about what it is, with its unit
 * @param standard its value if nobody sets it
 * @param value the one that it has
 */
public record Parameter(String name, String about, String standard, String value) {}
