/**
 * The JUnit extension: a {@link io.faultline.Faultline} in test methods, healed before the containers close.
 */
@NullMarked
package io.faultline.junit;

import org.jspecify.annotations.NullMarked;
