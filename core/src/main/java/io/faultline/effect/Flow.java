package io.faultline.effect;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Packets with the same addresses, ports and protocol, one way, as they were where an effect harmed them.
 *
 * @param transport {@code tcp} or {@code udp}
 * @param asks whether they ask for a connection of TCP; all its other packets are a flow of their own
 * @param firstNanos when the first of them was harmed, as {@link System#nanoTime()}
 */
@API(status = Status.INTERNAL)
public record Flow(String transport, End source, End destination, boolean asks, long firstNanos) {

    /** An address literal, without brackets or scope, and a port. */
    public record End(String address, int port) {

        @Override
        public String toString() {
            return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
        }
    }
}
