/** Names that are not resolved, or wrongly. */
@NullMarked
package io.faultline.fault.dns;

import org.jspecify.annotations.NullMarked;
