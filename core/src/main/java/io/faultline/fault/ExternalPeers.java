package io.faultline.fault;

import io.faultline.effect.Peers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Whom a fault is towards: addresses and networks as they are written, host names by what they resolve to. */
@API(status = Status.INTERNAL)
public final class ExternalPeers {

    // With a dot: what has none is a container's name, which this JVM does not know and Partition.between does.
    private static final Pattern HOST_NAME = Pattern.compile("(?=.*[a-zA-Z])[a-zA-Z0-9_-]+(\\.[a-zA-Z0-9_-]+)+\\.?");

    private ExternalPeers() {}

    /** What knows the addresses of a name. */
    interface Lookup {
        InetAddress[] all(String name) throws UnknownHostException;
    }

    /**
     * Looks host names up, once and now, as this JVM does.
     *
     * @throws IllegalArgumentException if there is none, or one is no address, no network and no name that resolves
     */
    public static Peers peers(String... texts) {
        return peers(InetAddress::getAllByName, texts);
    }

    static Peers peers(Lookup lookup, String... texts) {
        if (Arrays.stream(texts).noneMatch(text -> HOST_NAME.matcher(text).matches())) {
            return Peers.of(List.of(texts));
        }
        List<String> addresses = Arrays.stream(texts)
                .flatMap(text -> HOST_NAME.matcher(text).matches() ? resolved(lookup, text) : Stream.of(text))
                .toList();
        return new Peers(String.join(", ", texts), Peers.of(addresses).addresses());
    }

    private static Stream<String> resolved(Lookup lookup, String name) {
        try {
            return Arrays.stream(lookup.all(name)).map(InetAddress::getHostAddress);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "The host name \"" + name
                            + "\" does not resolve in this JVM. Correct it, write the address, or for a "
                            + "container name the container, as in Partition.between.",
                    e);
        }
    }
}
