/** The truth suite's scenario files, and what runs all cases again and again. */
@NullMarked
package io.faultline.scenario.truth;

import org.jspecify.annotations.NullMarked;
