package io.faultline.world;

/** A plain name server, to which every name under {@code example} has the same two addresses, and no other name any. */
public final class Resolver extends Peer {

    public static final String IPV4 = "198.51.100.7";
    public static final String IPV6 = "2001:db8::7";

    @SuppressWarnings("this-escape")
    public Resolver() {
        withCommand("python3", "-u", "-c", DnsClientContainer.script("resolver.py"));
        setExposedPorts(java.util.List.of());
    }
}
