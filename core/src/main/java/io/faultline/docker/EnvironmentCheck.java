package io.faultline.docker;

import static io.faultline.topology.Capability.limited;
import static io.faultline.topology.Capability.missing;
import static io.faultline.topology.Capability.ok;

import io.faultline.agent.Agent;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.RequestedFilter;
import io.faultline.docker.stream.StreamProxy;
import io.faultline.fault.FaultSpec;
import io.faultline.topology.Capability;
import io.faultline.topology.KernelFeatures;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.PacketFilter.Flavour;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Examines what this machine can do, by doing it: starts an agent and lets it try the kernel. */
@API(status = Status.INTERNAL)
public final class EnvironmentCheck {

    private EnvironmentCheck() {}

    /** Each capability in the order in which they depend on each other; what depends on a missing one is left out. */
    public static List<Capability> ofThisMachine() {
        List<Capability> found = new ArrayList<>();
        found.add(jvm());
        try {
            RequestedFilter.read();
        } catch (EngineException e) {
            found.add(failed("packet-filter", e));
            return found;
        }
        try (DockerRun run = DockerRun.open()) {
            found.add(ok("docker", run.engine().describe()));
            found.add(publishedPorts(run.engine()));
            found.add(reaper());
            found.add(toxiproxy(run.engine()));
            examineAgent(run, found);
        } catch (EngineException e) {
            found.add(failed("docker", e));
        }
        return found;
    }

    private static void examineAgent(DockerRun run, List<Capability> found) {
        try (DockerRun first = DockerRun.open()) {
            first.agent(); // loads or builds the image, if it must
            long started = System.nanoTime();
            Agent agent = run.agent();
            found.add(
                    ok("agent", String.format(Locale.ROOT, "started in %.2f s", (System.nanoTime() - started) / 1e9)));
            examineKernel(run.kernel(), found);
            found.add(sockets(run));
            found.add(ok("docker-proxy", agent.proxies().size() + " running now"));
        } catch (RuntimeException e) {
            found.add(failed("agent", e));
        }
    }

    private static void examineKernel(KernelFeatures kernel, List<Capability> found) {
        if (kernel.packetFilter().isEmpty()) {
            found.add(noPacketFilter(kernel.release(), RequestedFilter.read()));
            return;
        }
        PacketFilter filter = kernel.packetFilter().get();
        found.add(ok("packet-filter", filter.flavour().wireName() + " on kernel " + kernel.release()));
        found.add(
                filter.ipv6()
                        ? ok("ipv6", filter.flavour().wireName().replace("iptables", "ip6tables"))
                        : limited(
                                "ipv6",
                                "ip6tables does not work",
                                "Load ip6_tables; targets with IPv6 are refused until then."));
        found.add(expiry(filter));
        found.add(
                filter.silentDrop()
                        ? ok("silent-drop", "a cut sender gets no error, as behind a cut cable")
                        : limited(
                                "silent-drop",
                                "UDP and ICMP senders inside a cut target see EPERM",
                                "Load nfnetlink_queue, and nft_queue or xt_NFQUEUE, on the Docker host."));
        FaultSpec.all().stream()
                .flatMap(spec -> spec.variants().stream())
                .map(fault -> fault.needs()
                        .missing(kernel)
                        .map(lack -> limited(
                                fault.label(),
                                "the kernel " + lack,
                                fault.needs().cure() + "."))
                        .orElse(ok(fault.label(), "can be injected here")))
                .forEach(found::add);
    }

    private static Capability noPacketFilter(String release, RequestedFilter requested) {
        return requested == RequestedFilter.AUTO
                ? missing(
                        "packet-filter",
                        "neither nf_tables nor iptables works on kernel " + release,
                        "Load the nf_tables or ip_tables module on the Docker host.")
                : missing(
                        "packet-filter",
                        requested.wireName() + ", which the property " + RequestedFilter.PROPERTY
                                + " asks for, does not work on kernel " + release,
                        "Remove the property, or load the module nf_tables or ip_tables on the Docker host.");
    }

    private static Capability expiry(PacketFilter filter) {
        boolean isNative = filter.flavour() == Flavour.NFTABLES;
        String cure = isNative
                ? "Use a Docker host with a newer kernel, or iptables: -D" + RequestedFilter.PROPERTY + "=iptables."
                : "Load ip_set_hash_net and xt_set on the Docker host.";
        return switch (filter.expiry()) {
            case LEASE ->
                ok(
                        "kernel-expiry",
                        (isNative ? "a set of nf_tables" : "ipset")
                                + ": what a killed agent leaves is gone after 15 s");
            case DATESTOP -> limited("kernel-expiry", "no ipset; rules expire at a fault's maximum duration", cure);
            case NONE ->
                limited("kernel-expiry", "none: what a killed agent leaves stays until 'faultline heal'", cure);
        };
    }

    private static Capability sockets(DockerRun run) {
        try {
            return ok("client-sockets", run.thisJvm().look().sockets().size() + " sockets of this JVM seen");
        } catch (RuntimeException e) {
            return limited(
                    "client-sockets",
                    "this JVM's connections cannot be seen: " + e.getMessage(),
                    "Run the JVM on the Docker host, or let the client be a container: without its sockets a verdict is "
                            + "INCONCLUSIVE, unless it asks for no attribution.");
        }
    }

    private static Capability publishedPorts(DockerEngine engine) {
        return engine.servesPortsElsewhere()
                ? limited(
                        "published-ports",
                        "served outside the engine's kernel (Docker Desktop or rootless)",
                        "Run clients in containers; a partition of a target with published ports is refused otherwise.")
                : ok("published-ports", "served by the engine's own kernel or docker-proxy");
    }

    private static Capability reaper() {
        return "true".equalsIgnoreCase(System.getenv("TESTCONTAINERS_RYUK_DISABLED"))
                ? limited(
                        "reaper",
                        "Ryuk is disabled: a killed JVM leaves its own containers behind, though no fault",
                        "Unset TESTCONTAINERS_RYUK_DISABLED where Ryuk's image can be had.")
                : ok("reaper", "Ryuk removes the containers of a killed JVM");
    }

    private static Capability toxiproxy(DockerEngine engine) {
        String image = StreamProxy.image();
        return engine.hasImage(image)
                ? ok("toxiproxy", image + " is there, for stream faults")
                : limited(
                        "toxiproxy",
                        "the engine does not have " + image + ", which stream faults need, and will try to pull it",
                        "docker pull " + image + ", or name another with -D" + StreamProxy.PROPERTY + "=….");
    }

    private static Capability jvm() {
        String java = "Java " + Runtime.version().feature() + " on " + System.getProperty("os.name");
        return Files.exists(Path.of("/.dockerenv")) ? ok("jvm", java + ", in a container") : ok("jvm", java);
    }

    // Our messages tell first what is wrong, and then the cure.
    private static Capability failed(String capability, RuntimeException failure) {
        String message = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        int end = message.indexOf(". ");
        return end < 0
                ? missing(capability, message, "See the message.")
                : missing(capability, message.substring(0, end + 1), message.substring(end + 2));
    }
}
