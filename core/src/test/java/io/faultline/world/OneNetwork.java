package io.faultline.world;

import com.github.dockerjava.api.model.Network.Ipam;
import java.util.Random;
import org.testcontainers.containers.Network;
import org.testcontainers.lifecycle.Startables;

/**
 * An app and a name server on a network of their own, with IPv6. The app asks Docker's embedded server, to which the
 * name server is known as {@code db} and {@code cache}, unless it is told to ask another.
 */
public final class OneNetwork implements AutoCloseable {

    private final Network network;
    public final Resolver resolver = new Resolver();
    public final DnsClientContainer app = new DnsClientContainer();

    public OneNetwork() {
        String subnet = String.format("fd00:fa:%x::/64", new Random().nextInt(0x10000));
        network = Network.builder()
                .enableIpv6(true)
                .createNetworkCmdModifier(
                        cmd -> cmd.withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(subnet))))
                .build();
        resolver.withNetwork(network).withNetworkAliases("db", "cache");
        app.withNetwork(network);
        Startables.deepStart(resolver, app).join();
    }

    @Override
    public void close() {
        app.stop();
        resolver.stop();
        network.close();
    }
}
