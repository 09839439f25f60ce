package io.faultline.docker.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The packet filter that users want, from a system property; by default the best that the kernel has. */
@API(status = Status.INTERNAL)
public enum RequestedFilter {
    /** nf_tables over netlink where the kernel has it, else iptables. */
    AUTO,
    /** nf_tables over netlink, or none. */
    NFTABLES,
    /** The better of the two flavours of iptables. */
    IPTABLES,
    IPTABLES_NFT,
    IPTABLES_LEGACY;

    /** The system property that names one. */
    public static final String PROPERTY = "faultline.packet-filter";

    /**
     * The one that the property names.
     *
     * @throws EngineException if it names none of them
     */
    public static RequestedFilter read() {
        return of(System.getProperty(PROPERTY, AUTO.wireName()));
    }

    static RequestedFilter of(String name) {
        List<RequestedFilter> all = List.of(values());
        return all.stream()
                .filter(each -> each.wireName().equals(name.strip()))
                .findFirst()
                .orElseThrow(() -> new EngineException("Invalid packet filter \"" + name + "\" in the property "
                        + PROPERTY + ". Set it to one of "
                        + String.join(
                                ", ",
                                Arrays.stream(values())
                                        .map(RequestedFilter::wireName)
                                        .toList())
                        + ", or remove it."));
    }

    /** As in the property: {@code iptables-nft}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether only an agent with the iptables commands beside it can serve. */
    public boolean isIptables() {
        return this == IPTABLES || this == IPTABLES_NFT || this == IPTABLES_LEGACY;
    }
}
