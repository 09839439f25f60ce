package io.faultline.topology;

/**
 * A flavour of iptables that was tried on this kernel and works there.
 *
 * @param ipv6 whether its IPv6 side works too; without it nothing with an IPv6 address can be cut off
 * @param silentDrop whether a sender inside the namespace can be left unaware of the drop, as behind a cut cable; else
 *     its UDP and ICMP sends fail with EPERM, which no real partition does
 */
public record PacketFilter(Flavour flavour, boolean ipv6, Expiry expiry, boolean silentDrop) {

    /** Which of the kernel's two packet filters the iptables commands speak to. */
    public enum Flavour {
        NFT,
        LEGACY;

        /** As in the names of the iptables commands. */
        public String suffix() {
            return this == NFT ? "nft" : "legacy";
        }
    }

    /** How the kernel by itself ends a rule that nobody renews any more. */
    public enum Expiry {
        /** Rules match an ipset whose entries time out 15 s after the agent last renewed them. */
        IPSET,
        /** Rules carry the instant of the fault's maximum duration ({@code -m time --datestop}). */
        DATESTOP,
        /** Not at all: only the agent heals. */
        NONE
    }
}
