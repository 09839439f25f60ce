package io.faultline.effect;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An IP network, or a single address, which is one of full length.
 *
 * @param first its first address, as a number
 * @param bits of an address: 32 or 128
 */
record Network(BigInteger first, int prefix, int bits) {

    // Nothing else reaches the JDK's parser, which would take a name for something to look up, nor iptables and ipset.
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern LITERAL =
            Pattern.compile("(" + BYTE + "(\\." + BYTE + "){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*)(/\\d{1,3})?");

    private static final Network LOOPBACK_IPV4 = parse("127.0.0.0/8");
    private static final Network LOOPBACK_IPV6 = parse("::1");

    /** @throws IllegalArgumentException if the text is neither an address nor a network */
    static Network parse(String text) {
        String[] parts = text.split("/", 2);
        try {
            if (!LITERAL.matcher(text).matches()) {
                throw new UnknownHostException(text);
            }
            byte[] address = InetAddress.getByName(parts[0]).getAddress();
            int bits = address.length * 8;
            int prefix = parts.length < 2 ? bits : Integer.parseInt(parts[1]);
            if (prefix < 0 || prefix > bits) {
                throw new NumberFormatException(parts[1]);
            }
            BigInteger hosts = BigInteger.ONE.shiftLeft(bits - prefix).subtract(BigInteger.ONE);
            return new Network(new BigInteger(1, address).andNot(hosts), prefix, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is neither an IP address nor a network. Write it as 192.0.2.7, 10.0.0.0/8 or "
                            + "fd00::/64, or as a host name with a dot; for a container name the container, as in "
                            + "Partition.between.",
                    e);
        }
    }

    /** Whether it holds nothing but addresses that never leave their machine. */
    boolean isLoopback() {
        Network loopback = isIpv6() ? LOOPBACK_IPV6 : LOOPBACK_IPV4;
        return prefix >= loopback.prefix && overlaps(loopback);
    }

    boolean isIpv6() {
        return bits == 128;
    }

    boolean overlaps(Network other) {
        int free = bits - Math.min(prefix, other.prefix);
        return bits == other.bits && first.shiftRight(free).equals(other.first.shiftRight(free));
    }
}
