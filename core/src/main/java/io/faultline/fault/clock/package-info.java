/** Clocks that are wrong, or go wrong. */
@NullMarked
package io.faultline.fault.clock;

import org.jspecify.annotations.NullMarked;
