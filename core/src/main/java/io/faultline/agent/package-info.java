/**
 * The resident helper that makes the changes and takes them back: its channel, its protocol and its lease. Knows
 * neither Docker nor faults.
 */
@API(status = Status.INTERNAL)
@NullMarked
package io.faultline.agent;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.NullMarked;
