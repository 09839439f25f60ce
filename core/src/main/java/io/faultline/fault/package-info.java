/**
 * What goes wrong, as immutable data. A fault is a record whose plan for a topology is a pure function; users
 * write their own by implementing {@link io.faultline.fault.Fault}.
 */
@NullMarked
package io.faultline.fault;

import org.jspecify.annotations.NullMarked;
