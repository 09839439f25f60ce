/**
 * The front door. {@link io.faultline.Faultline} is what a user imports first.
 */
@NullMarked
package io.faultline;

import org.jspecify.annotations.NullMarked;
