package io.faultline.reference;

import java.util.Objects;

/** Where the dependency is reached. */
record Endpoint(String host, int port) {

    /** As the environment names it: HOST or HOST:PORT. */
    static Endpoint dependency(int defaultPort) {
        return of(Objects.requireNonNull(System.getenv("DEPENDENCY"), "DEPENDENCY is not set"), defaultPort);
    }

    static Endpoint of(String address, int defaultPort) {
        int colon = address.lastIndexOf(':');
        return colon < 0
                ? new Endpoint(address, defaultPort)
                : new Endpoint(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
