/** Packets that are late, slow, twice, out of order or changed: tc(8) with netem, tbf and htb. */
@NullMarked
package io.faultline.fault.shaping;

import org.jspecify.annotations.NullMarked;
