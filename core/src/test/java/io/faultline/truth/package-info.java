/**
 * The truth suite: experiments that are right, all of which must be HELD, and experiments that are wrong, none of which may be.
 */
@NullMarked
package io.faultline.truth;

import org.jspecify.annotations.NullMarked;
