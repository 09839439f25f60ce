package io.faultline.topology;

import java.util.Locale;

/**
 * A packet filter that was tried on this kernel and works there.
 *
 * @param ipv6 whether its IPv6 side works too; without it nothing with an IPv6 address can be cut off
 * @param silentDrop whether a sender inside the namespace can be left unaware of the drop, as behind a cut cable; else
 *     its UDP and ICMP sends fail with EPERM, which no real partition does
 */
public record PacketFilter(Flavour flavour, boolean ipv6, Expiry expiry, boolean silentDrop) {

    /** Which of the kernel's two packet filters, and how it is spoken to. */
    public enum Flavour {
        /** nf_tables, over netlink. */
        NFTABLES,
        /** nf_tables, by the command iptables-nft. */
        IPTABLES_NFT,
        /** ip_tables, by the command iptables-legacy. */
        IPTABLES_LEGACY;

        /** As the agent, users and reports call it: {@code iptables-nft}. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** As in the names of the iptables commands: {@code nft} of iptables-nft. */
        public String suffix() {
            return wireName().replace("iptables-", "");
        }
    }

    /** How the kernel by itself ends a rule that nobody renews any more. */
    public enum Expiry {
        /** Rules match a set whose entries time out 15 s after the agent last renewed them: nf_tables' own, or an ipset. */
        LEASE,
        /** Rules carry the instant of the fault's maximum duration ({@code -m time --datestop}). */
        DATESTOP,
        /** Not at all: only the agent heals. */
        NONE
    }
}
