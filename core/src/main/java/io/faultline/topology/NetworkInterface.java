package io.faultline.topology;

import java.util.List;
import java.util.Optional;

/**
 * An interface in a target's namespace.
 *
 * @param addresses IPv4 and IPv6 literals without prefix length, link-local ones included
 * @param mtu the longest packet that it takes, in bytes
 * @param queueLength how many packets may wait to leave it ({@code txqueuelen}); 0 on some engines
 * @param rootQdisc what somebody has put there to queue what leaves, by kind and handle: {@code tbf 8001:}; empty if that
 *     is left to the kernel, or is Faultline's own
 * @param ingressQdisc the same for what arrives
 */
public record NetworkInterface(
        String name,
        List<String> addresses,
        int mtu,
        int queueLength,
        Optional<String> rootQdisc,
        Optional<String> ingressQdisc) {

    public NetworkInterface {
        addresses = List.copyOf(addresses);
    }

    /** The loopback interface belongs to the target itself: no partition reaches it. */
    public boolean isLoopback() {
        return name.equals("lo");
    }
}
