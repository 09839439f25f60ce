package io.faultline.observe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The network namespace that a client lives in.
 *
 * @param namespace its inode
 * @param addresses of its interfaces; what comes from one of them comes from somebody in there
 * @param isOwn whether nobody but the client is in there
 * @param firstChosenPort from which on the kernel chooses a port for a socket that asks for none (ip_local_port_range, ip(7))
 */
@API(status = Status.INTERNAL)
public record ClientNetwork(long namespace, Set<InetAddress> addresses, boolean isOwn, int firstChosenPort) {

    /** That of every new network namespace. */
    public static final int USUAL_FIRST_CHOSEN_PORT = 32768;

    public ClientNetwork {
        addresses = Set.copyOf(addresses);
    }

    /** What is so at both of two moments. */
    public ClientNetwork and(ClientNetwork later) {
        Set<InetAddress> both = new HashSet<>(addresses);
        both.retainAll(later.addresses);
        boolean staysOwn = isOwn && later.isOwn && namespace == later.namespace;
        return new ClientNetwork(later.namespace, both, staysOwn, Math.max(firstChosenPort, later.firstChosenPort));
    }

    /**
     * Whether an address of a packet that was seen in some network namespace is this one's. Addresses of one link are given
     * again on others, and that of loopback is everybody's.
     *
     * @param literal without brackets or scope
     * @param seenIn the inode of the namespace
     */
    public boolean has(String literal, long seenIn) {
        InetAddress address = address(literal);
        return addresses.contains(address)
                && !address.isLinkLocalAddress()
                && (!address.isLoopbackAddress() || seenIn == namespace);
    }

    /** Reads a literal. */
    public static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal); // asks nobody about a literal
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException('"' + literal + "\" is not an address", e);
        }
    }
}
