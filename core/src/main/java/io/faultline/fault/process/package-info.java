/** Processes that are frozen, paused, signalled, ended or started again: ptrace(2), signal(7) and Docker. */
@NullMarked
package io.faultline.fault.process;

import org.jspecify.annotations.NullMarked;
