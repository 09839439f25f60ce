package io.faultline.docker.container;

import io.faultline.agent.Agent;
import io.faultline.agent.Answers.Features;
import io.faultline.agent.Answers.Tables;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Makes a choice out of what the agent tried on the kernel. */
final class KernelProbe {

    private static final Tables NOTHING = new Tables(false, false, false, false, false, false);

    private KernelProbe() {}

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
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        best.ifPresent(filter -> ofTables(filter, tried, features));
        for (String qdisc : tried.shaping()) {
            features.add(Feature.valueOf(qdisc.toUpperCase(Locale.ROOT)));
        }
        if (tried.socketDestroy()) {
            features.add(Feature.SOCKET_DESTROY);
        }
        if (tried.conntrack()) {
            features.add(Feature.CONNTRACK);
        }
        if (tried.freeze()) {
            features.add(Feature.HOLD);
        }
        if (tried.descriptors()) {
            features.add(Feature.DESCRIPTORS);
        }
        for (String needed : tried.loads()) {
            features.add(Feature.valueOf(needed.toUpperCase(Locale.ROOT)));
        }
        return new KernelFeatures(release, best, features);
    }

    /** What both families can do, or IPv4 where there is no other. */
    private static void ofTables(PacketFilter filter, Features tried, Set<Feature> features) {
        Map<Feature, Predicate<Tables>> abilities = Map.of(
                Feature.REJECT, Tables::reject,
                Feature.STATISTIC, Tables::statistic,
                Feature.REDIRECT, Tables::redirect);
        String suffix = filter.flavour().suffix();
        abilities.forEach((feature, works) -> {
            boolean ipv4 = works.test(tried.tables().getOrDefault("iptables-" + suffix, NOTHING));
            boolean ipv6 = works.test(tried.tables().getOrDefault("ip6tables-" + suffix, NOTHING));
            if (ipv4 && (ipv6 || !filter.ipv6())) {
                features.add(feature);
            }
        });
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
