package io.faultline.fault;

import static io.faultline.world.ResolvedTargets.TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.packet.Partition;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class ExternalPeersTest {

    @Test
    void takesAddressesAndNetworksAsTheyAreWritten() {
        assertThat(ExternalPeers.peers("192.0.2.7", "10.0.0.0/8", "fd00::/64").addresses())
                .containsExactly("192.0.2.7", "10.0.0.0/8", "fd00::/64");
    }

    @Test
    void looksAHostNameUpAndKeepsItForPeople() {
        ExternalPeers.Lookup lookup = name -> {
            assertThat(name).isEqualTo("db.example.com");
            return new InetAddress[] {InetAddress.getByName("192.0.2.7"), InetAddress.getByName("2001:db8::7")};
        };

        assertThat(ExternalPeers.peers(lookup, "db.example.com", "10.0.0.0/8").addresses())
                .containsExactly("192.0.2.7", "2001:db8:0:0:0:0:0:7", "10.0.0.0/8");
        assertThat(ExternalPeers.peers(lookup, "db.example.com", "10.0.0.0/8"))
                .hasToString("db.example.com, 10.0.0.0/8");
    }

    @Test
    void saysThatANameDoesNotResolve() {
        assertThatThrownBy(() -> Partition.of(TARGET).towards("no-such-host.invalid"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("\"no-such-host.invalid\" does not resolve", "Partition.between");
    }

    @Test
    void takesANameWithoutADotForAContainersAndLoopbackForAMistake() {
        assertThatThrownBy(() -> Partition.of(TARGET).towards("redis")).hasMessageContaining("Partition.between");
        assertThatThrownBy(() -> Partition.of(TARGET).towards("127.0.0.1")).hasMessageContaining("is loopback");
    }
}
