/**
 * Expectations and verdicts: HELD, BROKEN, or INCONCLUSIVE where the fault had no effect.
 */
@NullMarked
package io.faultline.verify;

import org.jspecify.annotations.NullMarked;
