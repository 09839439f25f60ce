package io.faultline.world;

import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network.Ipam;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.testcontainers.containers.Network;
import org.testcontainers.lifecycle.Startables;

/**
 * A target that is known as {@code store} on one network, which gives it any address, and as {@code db} on another, where
 * its addresses are its own; and a client on both.
 */
public final class TwoNetworks implements AutoCloseable {

    private final int number = new Random().nextInt(200);
    public final String address = String.format(Locale.ROOT, "10.231.%d.77", number);
    public final String ipv6Address = String.format(Locale.ROOT, "fd00:fb:%x::77", number);
    public final Network any = Network.newNetwork();
    public final Network own = Network.builder()
            .enableIpv6(true)
            .createNetworkCmdModifier(cmd -> cmd.withIpam(new Ipam()
                    .withConfig(
                            new Ipam.Config().withSubnet(String.format(Locale.ROOT, "10.231.%d.0/24", number)),
                            new Ipam.Config().withSubnet(String.format(Locale.ROOT, "fd00:fb:%x::/64", number)))))
            .build();
    public final Peer target = new Peer().withNetwork(any).withNetworkAliases("store");
    public final Peer client = new Peer().withNetwork(any);

    public TwoNetworks() {
        Startables.deepStart(target, client).join();
        connect(
                target,
                new ContainerNetwork()
                        .withAliases(List.of("db", "cache"))
                        .withIpamConfig(new ContainerNetwork.Ipam()
                                .withIpv4Address(address)
                                .withIpv6Address(ipv6Address)));
        connect(client, new ContainerNetwork());
    }

    private void connect(Peer peer, ContainerNetwork as) {
        peer.getDockerClient()
                .connectToNetworkCmd()
                .withContainerId(peer.getContainerId())
                .withNetworkId(own.getId())
                .withContainerNetwork(as)
                .exec();
    }

    @Override
    public void close() {
        target.stop();
        client.stop();
        own.close();
        any.close();
    }
}
