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
 */
@API(status = Status.INTERNAL)
public record ClientNetwork(long namespace, Set<InetAddress> addresses, boolean isOwn) {

    public ClientNetwork {
        addresses = Set.copyOf(addresses);
    }

    /** What is so at both of two moments. */
    public ClientNetwork and(ClientNetwork later) {
        Set<InetAddress> both = new HashSet<>(addresses);
        both.retainAll(later.addresses);
        return new ClientNetwork(later.namespace, both, isOwn && later.isOwn && namespace == later.namespace);
    }

    /**
     * Whether a packet with this source, that was seen in some network namespace, was sent from this one. Addresses of one link
     * are given again on others, and that of loopback is everybody's.
     *
     * @param source an address literal, without brackets or scope
     * @param seenIn the inode of the namespace
     */
    public boolean sends(String source, long seenIn) {
        InetAddress address = address(source);
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
