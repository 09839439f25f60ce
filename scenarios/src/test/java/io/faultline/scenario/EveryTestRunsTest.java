package io.faultline.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.world.ForgottenTests;
import org.junit.jupiter.api.Test;

class EveryTestRunsTest {

    @Test
    void noTestIsForgotten() {
        assertThat(ForgottenTests.below("io.faultline.scenario"))
                .as("add @Test, or let it be private")
                .isEmpty();
    }
}
