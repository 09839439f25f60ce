/** Output that nobody reads, so that a process that writes it waits. */
@NullMarked
package io.faultline.fault.output;

import org.jspecify.annotations.NullMarked;
