/** Plays scenarios: takes their steps on a running system, looks at it, and comes to a verdict. Knows no files and no screens. */
@NullMarked
package io.faultline.scenario.run;

import org.jspecify.annotations.NullMarked;
