/**
 * Scenarios: named sequences of a steady state, a fault and what is expected under and after it, played on reference
 * systems with reference clients. One scenario a file; the results and the reports that are drawn from them.
 */
@NullMarked
package io.faultline.scenario;

import org.jspecify.annotations.NullMarked;
