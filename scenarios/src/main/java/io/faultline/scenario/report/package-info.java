/**
 * Reports of a run: a page for people, a summary for CI, JSON and JUnit's XML for programs, and what changed since an
 * earlier run. All are drawn from {@link io.faultline.scenario.report.Report} alone.
 */
@NullMarked
package io.faultline.scenario.report;

import org.jspecify.annotations.NullMarked;
