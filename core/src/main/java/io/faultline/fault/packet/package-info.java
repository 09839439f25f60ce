/** Packets that are dropped, refused or lost on every leg, connections that are reset, networks that are gone: netfilter, ss(8) and Docker. */
@NullMarked
package io.faultline.fault.packet;

import org.jspecify.annotations.NullMarked;
