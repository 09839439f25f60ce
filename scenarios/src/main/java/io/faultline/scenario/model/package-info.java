/**
 * What a scenario is, as data: roles, a steady state, steps. Read from files by {@code io.faultline.scenario.yaml}, and
 * played by {@code io.faultline.scenario.run}; knows neither.
 */
@NullMarked
package io.faultline.scenario.model;

import org.jspecify.annotations.NullMarked;
