package io.faultline.reference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndpointTest {

    @Test
    void hasTheDefaultPortOfTheSoftwareOrItsOwn() {
        assertThat(Endpoint.of("dependency", 6379)).isEqualTo(new Endpoint("dependency", 6379));
        assertThat(Endpoint.of("127.0.0.1:32768", 6379)).isEqualTo(new Endpoint("127.0.0.1", 32768));
    }
}
