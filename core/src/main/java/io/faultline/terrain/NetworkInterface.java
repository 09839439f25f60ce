package io.faultline.terrain;

import java.util.List;

/**
 * An interface in a target's namespace.
 *
 * @param addresses IPv4 and IPv6 literals without prefix length, link-local ones included
 */
public record NetworkInterface(String name, List<String> addresses) {

    public NetworkInterface {
        addresses = List.copyOf(addresses);
    }

    /** The loopback interface belongs to the target itself: no partition reaches it. */
    public boolean isLoopback() {
        return name.equals("lo");
    }
}
