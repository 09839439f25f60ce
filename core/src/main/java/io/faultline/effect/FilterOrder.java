package io.faultline.effect;

import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;

/** How the kernel is to be told, as the agent is told. */
public record FilterOrder(String flavour, boolean ipv6, Expiry expiry, boolean silent) {

    public static FilterOrder of(PacketFilter filter) {
        return new FilterOrder(filter.flavour().wireName(), filter.ipv6(), filter.expiry(), filter.silentDrop());
    }
}
