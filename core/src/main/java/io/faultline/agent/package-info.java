/**
 * The resident helper that makes the changes and takes them back: its channel, its protocol and its lease. Knows
 * neither Docker nor faults.
 */
@NullMarked
package io.faultline.agent;

import org.jspecify.annotations.NullMarked;
