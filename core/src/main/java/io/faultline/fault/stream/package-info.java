/** Streams that are slow, stalled, cut in pieces, ended or reset by a Toxiproxy. */
@NullMarked
package io.faultline.fault.stream;

import org.jspecify.annotations.NullMarked;
