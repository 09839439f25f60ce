package io.faultline.fault.packet;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Traffic;
import io.faultline.topology.Hop;
import io.faultline.topology.Leg;
import io.faultline.topology.NetworkNamespace;
import io.faultline.topology.ResolvedTarget;
import java.util.Collections;

/** A change for packets of one leg: which connections meet it. */
interface LegEffect extends AgentEffect {

    Leg where();

    Traffic traffic();

    private boolean isInContainer() {
        return where().kind() == Leg.Kind.CONTAINER;
    }

    @Override
    default NetworkNamespace namespace() {
        return where().namespace();
    }

    @Override
    default boolean isOn(ResolvedTarget resolved) {
        return isInContainer()
                ? namespace().inode() == resolved.namespace().inode()
                : !Collections.disjoint(where().ports(), resolved.ports());
    }

    @Override
    default boolean meets(Hop hop, String client) {
        return hop.leg() == where().kind()
                && (!isInContainer() || traffic().peers().include(client))
                && traffic().ports().includesOwn("tcp", hop.port());
    }

    @Override
    default boolean meetsOwn(TcpConnection connection) {
        return isInContainer()
                && traffic().peers().include(connection.peerAddress())
                && traffic().ports().includes("tcp", connection.localPort(), connection.peerPort());
    }

    @Override
    default boolean hits(Hop hop) {
        return hop.leg() == where().kind()
                && traffic().peers().isEveryone()
                && traffic().ports().includesOwn("tcp", hop.port());
    }
}
