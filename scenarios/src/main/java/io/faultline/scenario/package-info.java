/**
 * Scenarios: named sequences of a steady state, a fault and what is expected under and after it, played on reference
 * systems with reference clients, and their results. One scenario a file.
 */
@NullMarked
package io.faultline.scenario;

import org.jspecify.annotations.NullMarked;
