package io.faultline.bench;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import eu.rekawek.toxiproxy.model.Toxic;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import eu.rekawek.toxiproxy.model.ToxicList;
import io.faultline.docker.stream.StreamProxy;
import io.faultline.world.Peer;
import java.io.IOException;
import java.net.Socket;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A Toxiproxy with one proxy and one client that is connected, driven by {@code toxiproxy-java} and nothing else. */
final class BareToxiproxy implements AutoCloseable {

    private static final int CONTROL = 8474;
    private static final int LISTENING = 8666;

    private final GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(StreamProxy.image()))
            .withExposedPorts(CONTROL)
            .waitingFor(Wait.forHttp("/version").forPort(CONTROL));
    private final Proxy proxy;
    private final Socket client;

    BareToxiproxy(Peer upstream) throws IOException {
        container.start();
        String address = container
                .getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
        proxy = new ToxiproxyClient(address, CONTROL) // its own address, as Faultline does: docker-proxy costs time
                .createProxy("peer", "0.0.0.0:" + LISTENING, upstream.address() + ":" + Peer.PORT);
        client = Peer.connect(address, LISTENING);
    }

    @FunctionalInterface
    private interface Adding {
        Toxic to(ToxicList toxics) throws IOException;
    }

    Contender.Way latency(long millis) {
        return way(toxics -> toxics.latency("latency", ToxicDirection.DOWNSTREAM, millis));
    }

    Contender.Way reset() {
        return way(toxics -> toxics.resetPeer("reset", ToxicDirection.DOWNSTREAM, 0));
    }

    private Contender.Way way(Adding adding) {
        return new Contender.Way() {
            private Toxic added;

            @Override
            public void inject() throws IOException {
                added = adding.to(proxy.toxics());
            }

            @Override
            public void heal() throws IOException {
                added.remove();
            }
        };
    }

    @Override
    public void close() throws IOException {
        client.close();
        container.stop();
    }
}
