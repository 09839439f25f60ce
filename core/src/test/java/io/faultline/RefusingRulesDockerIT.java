package io.faultline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.PacketAction;
import java.net.ConnectException;

class RefusingRulesDockerIT extends PacketRulesDockerIT {

    @Override
    PacketAction action() {
        return new PacketAction.Reset();
    }

    @Override
    void requireHarm() {
        assertThatThrownBy(peer::connectDirectly)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("refused");
    }
}
