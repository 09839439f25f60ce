package io.faultline.docker.container;

import io.faultline.agent.Answers.Features;
import io.faultline.agent.Answers.Nftables;
import io.faultline.agent.Answers.Tables;
import io.faultline.docker.engine.RequestedFilter;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Expiry;
import io.faultline.topology.PacketFilter.Flavour;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Makes a choice out of what the agent tried on the kernel. */
@API(status = Status.INTERNAL)
public final class KernelProbe {

    private static final Tables NO_TABLES = new Tables(false, false, false, false, false, false);
    private static final Nftables NO_NFTABLES = new Nftables(false, false, false, false, false, false);

    // nf_tables first; of the flavours of iptables the one with the surest expiry, then the one that drops silently,
    // then nft.
    private static final Comparator<PacketFilter> BETTER = Comparator.comparing(
                    (PacketFilter filter) -> filter.flavour() != Flavour.NFTABLES)
            .thenComparing(PacketFilter::expiry)
            .thenComparing(filter -> !filter.ipv6())
            .thenComparing(filter -> !filter.silentDrop())
            .thenComparing(PacketFilter::flavour);

    private KernelProbe() {}

    /** Whether nf_tables does all that iptables could: older kernels have it without NAT for both families, say (Linux 5.2). */
    public static boolean hasNftables(Features tried) {
        Nftables nftables = nftables(tried);
        return nftables.drop() && nftables.lease() && nftables.reject() && nftables.loss() && nftables.redirect();
    }

    /** The best packet filter of those that may be chosen, and what else works. */
    public static KernelFeatures features(String release, Features tried, RequestedFilter requested) {
        List<PacketFilter> found = Stream.of(Flavour.values())
                .filter(flavour -> isMeant(requested, flavour))
                .flatMap(flavour -> filter(flavour, tried).stream())
                .sorted(BETTER)
                .toList();
        // What iptables can do and nf_tables cannot is worth more, unless there is no iptables.
        Optional<PacketFilter> best = found.stream()
                .filter(filter -> filter.flavour() != Flavour.NFTABLES || hasNftables(tried))
                .findFirst()
                .or(() -> found.stream().findFirst());
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        best.ifPresent(filter -> ofFilter(filter, tried, features));
        for (String qdisc : tried.shaping()) {
            features.add(Feature.valueOf(qdisc.toUpperCase(Locale.ROOT)));
        }
        Map.of(
                        Feature.SOCKET_DESTROY, tried.socketDestroy(),
                        Feature.CONNTRACK, tried.conntrack(),
                        Feature.HOLD, tried.freeze(),
                        Feature.DESCRIPTORS, tried.descriptors())
                .forEach((feature, works) -> {
                    if (works) {
                        features.add(feature);
                    }
                });
        for (String needed : tried.loads()) {
            features.add(Feature.valueOf(needed.toUpperCase(Locale.ROOT)));
        }
        return new KernelFeatures(release, best, features);
    }

    private static boolean isMeant(RequestedFilter requested, Flavour flavour) {
        return switch (requested) {
            case AUTO -> true;
            case IPTABLES -> flavour != Flavour.NFTABLES;
            case NFTABLES, IPTABLES_NFT, IPTABLES_LEGACY -> flavour.wireName().equals(requested.wireName());
        };
    }

    private static Optional<PacketFilter> filter(Flavour flavour, Features tried) {
        return flavour == Flavour.NFTABLES ? nftablesFilter(nftables(tried)) : iptablesFilter(flavour, tried);
    }

    /** Its tables are of the family inet, which is both IPv4 and IPv6. */
    private static Optional<PacketFilter> nftablesFilter(Nftables works) {
        Expiry expiry = works.lease() ? Expiry.LEASE : Expiry.NONE;
        return works.drop()
                ? Optional.of(new PacketFilter(Flavour.NFTABLES, true, expiry, works.silent()))
                : Optional.empty();
    }

    private static Optional<PacketFilter> iptablesFilter(Flavour flavour, Features tried) {
        Tables ipv4 = tables("iptables-", flavour, tried);
        Tables ipv6 = tables("ip6tables-", flavour, tried);
        if (!ipv4.drop()) {
            return Optional.empty();
        }
        boolean ipset = ipv4.ipset() && (ipv6.ipset() || !ipv6.drop());
        boolean time = ipv4.time() && (ipv6.time() || !ipv6.drop());
        Expiry expiry = ipset ? Expiry.LEASE : time ? Expiry.DATESTOP : Expiry.NONE;
        return Optional.of(
                new PacketFilter(flavour, ipv6.drop(), expiry, tried.silent().contains(flavour.suffix())));
    }

    private static void ofFilter(PacketFilter filter, Features tried, Set<Feature> features) {
        if (filter.flavour() == Flavour.NFTABLES) {
            Nftables works = nftables(tried);
            Map.of(
                            Feature.REJECT, works.reject(),
                            Feature.STATISTIC, works.loss(),
                            Feature.REDIRECT, works.redirect())
                    .entrySet()
                    .stream()
                    .filter(Map.Entry::getValue)
                    .forEach(each -> features.add(each.getKey()));
            return;
        }
        Map<Feature, Predicate<Tables>> abilities = Map.of(
                Feature.REJECT, Tables::reject,
                Feature.STATISTIC, Tables::statistic,
                Feature.REDIRECT, Tables::redirect);
        // What both families can do, or IPv4 where there is no other.
        abilities.forEach((feature, works) -> {
            boolean ipv4 = works.test(tables("iptables-", filter.flavour(), tried));
            boolean ipv6 = works.test(tables("ip6tables-", filter.flavour(), tried));
            if (ipv4 && (ipv6 || !filter.ipv6())) {
                features.add(feature);
            }
        });
    }

    private static Nftables nftables(Features tried) {
        return Objects.requireNonNullElse(tried.nftables(), NO_NFTABLES);
    }

    private static Tables tables(String family, Flavour flavour, Features tried) {
        return tried.tables().getOrDefault(family + flavour.suffix(), NO_TABLES);
    }
}
