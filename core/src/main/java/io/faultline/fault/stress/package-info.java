/** CPU time, memory, room on a disk and descriptors that are short: cgroups(7), setrlimit(2). */
@NullMarked
package io.faultline.fault.stress;

import org.jspecify.annotations.NullMarked;
