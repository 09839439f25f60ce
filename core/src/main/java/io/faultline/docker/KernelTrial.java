package io.faultline.docker;

import io.faultline.agent.Agent;
import io.faultline.agent.Answers.Features;
import io.faultline.agent.Answers.Tables;
import io.faultline.terrain.KernelFeatures;
import io.faultline.terrain.PacketFilter;
import io.faultline.terrain.PacketFilter.Expiry;
import io.faultline.terrain.PacketFilter.Flavour;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes a choice out of what the agent tried on the kernel. */
final class KernelTrial {

    private static final Tables NOTHING = new Tables(false, false, false);

    private KernelTrial() {}

    static KernelFeatures of(Agent agent) {
        return features(agent.kernel(), agent.features());
    }

    /** The flavour with the surest expiry wins, then the one that drops silently, then nft. */
    static KernelFeatures features(String release, Features tried) {
        Comparator<PacketFilter> better = Comparator.comparing(PacketFilter::expiry)
                .thenComparing(filter -> !filter.ipv6())
                .thenComparing(filter -> !filter.silentDrop())
                .thenComparing(PacketFilter::flavour);
        Optional<PacketFilter> best = Stream.of(Flavour.values())
                .flatMap(flavour -> filter(flavour, tried).stream())
                .min(better);
        return new KernelFeatures(release, best, tried.netem());
    }

    private static Optional<PacketFilter> filter(Flavour flavour, Features tried) {
        Tables ipv4 = tried.tables().getOrDefault("iptables-" + flavour.suffix(), NOTHING);
        Tables ipv6 = tried.tables().getOrDefault("ip6tables-" + flavour.suffix(), NOTHING);
        if (!ipv4.drop()) {
            return Optional.empty();
        }
        boolean ipset = ipv4.ipset() && (ipv6.ipset() || !ipv6.drop());
        boolean time = ipv4.time() && (ipv6.time() || !ipv6.drop());
        Expiry expiry = ipset ? Expiry.IPSET : time ? Expiry.DATESTOP : Expiry.NONE;
        return Optional.of(
                new PacketFilter(flavour, ipv6.drop(), expiry, tried.silent().contains(flavour.suffix())));
    }
}
