/**
 * The ordered record of all that was done and seen. Reports are drawn from it alone.
 */
@NullMarked
package io.faultline.journal;

import org.jspecify.annotations.NullMarked;
