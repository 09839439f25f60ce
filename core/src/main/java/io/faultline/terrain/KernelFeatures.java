package io.faultline.terrain;

import java.util.Optional;

/**
 * What the Docker host's kernel can do, found out by trying it in an empty namespace.
 *
 * @param packetFilter the best working flavour of iptables: nft before legacy, if it can do as much
 * @param netem whether packets can be delayed, duplicated, reordered and corrupted
 */
public record KernelFeatures(String release, Optional<PacketFilter> packetFilter, boolean netem) {}
