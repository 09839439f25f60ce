/**
 * Scenarios: named sequences of a steady state, faults and what is expected under and after them, played on reference
 * systems or on a user's own, and their results. One scenario a file, in {@code scenarios/catalog}.
 */
@NullMarked
package io.faultline.scenario;

import org.jspecify.annotations.NullMarked;
