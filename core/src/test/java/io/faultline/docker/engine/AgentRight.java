package io.faultline.docker.engine;

import static io.faultline.docker.engine.AgentUse.BANDWIDTH;
import static io.faultline.docker.engine.AgentUse.CLOCK_SKEW;
import static io.faultline.docker.engine.AgentUse.DISK_FULL;
import static io.faultline.docker.engine.AgentUse.DNS_FAILURE;
import static io.faultline.docker.engine.AgentUse.DNS_FAILURE_BY_IPTABLES;
import static io.faultline.docker.engine.AgentUse.FILE_DESCRIPTOR_EXHAUSTION;
import static io.faultline.docker.engine.AgentUse.FREEZE;
import static io.faultline.docker.engine.AgentUse.FROZEN_LOG_READER;
import static io.faultline.docker.engine.AgentUse.PARTITION;
import static io.faultline.docker.engine.AgentUse.PARTITION_BY_IPTABLES;
import static io.faultline.docker.engine.AgentUse.RESET_CONNECTIONS;
import static io.faultline.docker.engine.AgentUse.SIGNAL;
import static io.faultline.docker.engine.AgentUse.SOCKETS_OF_A_CLIENT;
import static io.faultline.docker.engine.AgentUse.SWEEP;
import static io.faultline.docker.engine.AgentUse.TERMINATION;

import com.github.dockerjava.api.model.Capability;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A capability of the agent's, and what it is refused without it: no more and no less. The targets are containers whose
 * processes are not root's.
 */
enum AgentRight {
    SYS_PTRACE(
            "opens namespaces and descriptors of others' processes, and freezes them", EnumSet.allOf(AgentUse.class)),
    SYS_ADMIN(
            "enters their network namespaces, and the engine's cgroup namespace",
            EnumSet.complementOf(EnumSet.of(FREEZE, FROZEN_LOG_READER, SIGNAL, CLOCK_SKEW))),
    NET_ADMIN(
            "changes rules, qdiscs and connections there",
            EnumSet.of(
                    PARTITION,
                    DNS_FAILURE,
                    BANDWIDTH,
                    RESET_CONNECTIONS,
                    SWEEP,
                    PARTITION_BY_IPTABLES,
                    DNS_FAILURE_BY_IPTABLES)),
    KILL("sends signals to processes that are not root's", EnumSet.of(SIGNAL, TERMINATION)),
    SETUID(
            "opens files and sets limits as their user, in place of DAC_OVERRIDE and SYS_RESOURCE",
            EnumSet.of(DISK_FULL, FILE_DESCRIPTOR_EXHAUSTION, SOCKETS_OF_A_CLIENT)),
    SETGID("sets limits as their group", EnumSet.of(FILE_DESCRIPTOR_EXHAUSTION)),
    NET_RAW(
            "lets iptables ask the kernel; given to an agent that may have iptables, and to no other",
            EnumSet.of(PARTITION_BY_IPTABLES, DNS_FAILURE_BY_IPTABLES));

    private final String purpose;
    private final Set<AgentUse> refused;

    AgentRight(String purpose, Set<AgentUse> refused) {
        this.purpose = purpose;
        this.refused = refused;
    }

    Capability capability() {
        return Capability.valueOf(name());
    }

    /** Without it. */
    Set<AgentUse> refused() {
        return refused;
    }

    /** Its line in SECURITY.md. */
    String row() {
        String all = refused.stream().map(AgentUse::label).collect(Collectors.joining(", "));
        return "| `" + name() + "` | " + purpose + " | "
                + (refused.size() == AgentUse.values().length ? "all of it" : all) + " |";
    }
}
