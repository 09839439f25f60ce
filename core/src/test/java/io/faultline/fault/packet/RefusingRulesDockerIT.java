package io.faultline.fault.packet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;

class RefusingRulesDockerIT extends PacketRulesDockerIT {

    @Override
    PacketAction action() {
        return new PacketAction.Reset();
    }

    @Override
    protected void requireHarm() {
        assertThatThrownBy(peer::connectDirectly)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("refused");
    }
}
