package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.observe.TcpSocket.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpSocketTest {

    // Printed by `ss -tnoeOH` of iproute2 6.1.0.
    private static final String SS = """
            ESTAB 0      0               127.0.0.1:47010          127.0.0.1:54318 ino:0 sk:1001 cgroup:/ <->
            ESTAB 0      0               127.0.0.1:54286          127.0.0.1:47010 timer:(keepalive,119min,0) ino:71504 sk:1005 cgroup:/ <->
            ESTAB 0      0               127.0.0.1:54302          127.0.0.1:47010 timer:(keepalive,976ms,0) ino:71505 sk:1006 cgroup:/ <->
            ESTAB 0      0      [::ffff:127.0.0.1]:54350 [::ffff:127.0.0.1]:47010 timer:(keepalive,119min,0) ino:71512 sk:1010 cgroup:/ <->
            ESTAB 0      0                   [::1]:59782              [::1]:47011 timer:(keepalive,29sec,0) ino:71511 sk:1012 cgroup:/ <->
            ESTAB 0      5      127.0.0.1:54364 127.0.0.1:47010 timer:(on,2.996ms,4) ino:71617 sk:3 cgroup:unreachable:2d8 <->
            ESTAB 0      0      [fe80::42:acff:fe11:2]%eth0:50954 [fe80::42:acff:fe11:2]:47010 ino:70406 sk:1013 cgroup:unreachable:2eb <->
            SYN-SENT 0   1      127.0.0.1:54366 127.0.0.1:47010 timer:(on,764ms,2) ino:71618 sk:5 cgroup:/ <->
            TIME-WAIT 0  0      127.0.0.1:54368 127.0.0.1:47010 timer:(timewait,59sec,0) ino:0 sk:6
            """;

    @Test
    void readsWhatSsPrintsAndLeavesOtherStatesOut() {
        assertThat(TcpSocket.parse(SS))
                .containsExactly(
                        new TcpSocket("127.0.0.1:47010", "127.0.0.1:54318", 0, Optional.empty(), 0),
                        new TcpSocket("127.0.0.1:54286", "127.0.0.1:47010", 0, keepalive("PT119M"), 71504),
                        new TcpSocket("127.0.0.1:54302", "127.0.0.1:47010", 0, keepalive("PT0.976S"), 71505),
                        new TcpSocket("127.0.0.1:54350", "127.0.0.1:47010", 0, keepalive("PT119M"), 71512),
                        new TcpSocket("[::1]:59782", "[::1]:47011", 0, keepalive("PT29S"), 71511),
                        new TcpSocket(
                                "127.0.0.1:54364",
                                "127.0.0.1:47010",
                                5,
                                Optional.of(new Timer("on", Duration.ofMillis(2996))),
                                71617),
                        new TcpSocket(
                                "[fe80::42:acff:fe11:2]%eth0:50954",
                                "[fe80::42:acff:fe11:2]:47010", 0, Optional.empty(), 70406));
    }

    @Test
    void readsNothingFromNothing() {
        assertThat(TcpSocket.parse("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:32768, 127.0.0.1, 32768",
        "[::1]:80, ::1, 80",
        "[fe80::1]%eth0:7000, fe80::1, 7000",
        "[fe80::1%eth0]:7000, fe80::1, 7000",
        "127.0.0.53%lo:53, 127.0.0.53, 53"
    })
    void tellsAddressFromPort(String peer, String address, int port) {
        TcpSocket socket = new TcpSocket("127.0.0.1:1", peer, 0, Optional.empty(), 0);

        assertThat(List.of(socket.peerAddress(), socket.peerPort())).isEqualTo(List.of(address, port));
    }

    // A second and its milliseconds are printed as 1.508ms: print_ms_timer in misc/ss.c.
    @ParameterizedTest
    @CsvSource({
        "119min, PT119M",
        "1min29sec, PT1M29S",
        "29sec, PT29S",
        "4sec, PT4S",
        "976ms, PT0.976S",
        "1.508ms, PT1.508S",
        "4.976ms, PT4.976S",
        "9.004ms, PT9.004S"
    })
    void readsTimesAsSsMeansThem(String text, Duration meant) {
        assertThat(TcpSocket.duration(text)).isEqualTo(meant);
    }

    private static Optional<Timer> keepalive(String due) {
        return Optional.of(new Timer("keepalive", Duration.parse(due)));
    }
}
