package io.faultline.effect;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Packets with the same addresses, ports and protocol, one way, as they were where an effect harmed them, that are the same
 * thing.
 *
 * @param transport {@code tcp} or {@code udp}
 * @param firstNanos when the first of them was harmed, as {@link System#nanoTime()}
 */
@API(status = Status.INTERNAL)
public record Flow(String transport, End source, End destination, What what, long firstNanos) {

    /** What packets are. */
    public enum What {
        /** They ask for a connection. */
        ASKS,
        /** They carry what a process has written, as all of UDP do. */
        DATA,
        /** They acknowledge, or end a connection. */
        OTHER
    }

    /** An address literal, without brackets or scope, and a port. */
    public record End(String address, int port) {

        @Override
        public String toString() {
            return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
        }
    }
}
