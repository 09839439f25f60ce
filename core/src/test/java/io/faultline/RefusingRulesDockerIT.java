package io.faultline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.effect.Fate;
import java.net.ConnectException;

class RefusingRulesDockerIT extends PacketRulesDockerIT {

    @Override
    Fate fate() {
        return new Fate.Reset();
    }

    @Override
    void requireHarm() {
        assertThatThrownBy(peer::connectDirectly)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("refused");
    }
}
