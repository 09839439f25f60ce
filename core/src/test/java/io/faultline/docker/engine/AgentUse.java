package io.faultline.docker.engine;

import java.util.Locale;

/** What tests ask the agent for, by the name of the fault where it is one. */
enum AgentUse {
    PARTITION,
    DNS_FAILURE,
    BANDWIDTH,
    RESET_CONNECTIONS,
    FREEZE,
    FROZEN_LOG_READER,
    SIGNAL,
    TERMINATION,
    CLOCK_SKEW,
    CPU_STRESS,
    MEMORY_PRESSURE,
    DISK_FULL,
    FILE_DESCRIPTOR_EXHAUSTION,
    SOCKETS_OF_A_CLIENT,
    SWEEP,
    PARTITION_BY_IPTABLES(AgentImage.WITH_IPTABLES),
    DNS_FAILURE_BY_IPTABLES(AgentImage.WITH_IPTABLES);

    private final AgentImage image;

    AgentUse() {
        this(AgentImage.PLAIN);
    }

    AgentUse(AgentImage image) {
        this.image = image;
    }

    /** Where the agent has to run for it. */
    AgentImage image() {
        return image;
    }

    /** As documents have it: {@code dns-failure}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
