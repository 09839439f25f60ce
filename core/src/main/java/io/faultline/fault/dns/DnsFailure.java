package io.faultline.fault.dns;

import io.faultline.effect.Responder;
import io.faultline.effect.Responder.Answer;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.Fault;
import io.faultline.fault.FaultFactory;
import io.faultline.fault.FaultSpec;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.fault.Needs;
import io.faultline.fault.Plan;
import io.faultline.topology.KernelFeatures.Feature;
import io.faultline.topology.PacketFilter;
import io.faultline.topology.ResolvedTarget;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names stop resolving for a target until healed: its queries get no answer, unless another is asked for. All names, or
 * certain ones; then the others keep resolving. Whichever name server the target asks is meant, over UDP and TCP on port 53:
 * Docker's embedded one (127.0.0.11), one of resolv.conf, or one that the program itself has chosen.
 *
 * <p>What the target has resolved and remembers, it does not ask for again, and so it does not meet the fault; nor does what
 * asks over TLS or HTTPS. Needs iptables with a nat table and nf_conntrack_netlink on the Docker host's kernel; the
 * container needs nothing.
 */
public final class DnsFailure implements Fault {

    /** How files and annotations write it. */
    static final FaultSpec SPEC = FaultSpec.of(
                    "dns-failure", Options.class, "Lets a container's DNS queries fail, or gives wrong answers.")
            .variant(
                    "DnsFailure",
                    Needs.packetFilterAnd(Feature.REDIRECT, Feature.CONNTRACK),
                    "queries made to fail, of all that the target asked",
                    "its table or rules removed, flows to port 53 forgotten; the kernel ends it 15 s after the last renewal",
                    "one chain, one port of loopback");

    private static final Pattern NAME =
            Pattern.compile("(\\*\\.)?[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*"); // underscores are in SRV names
    private static final int LONGEST_NAME = 253;
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

    private final Target target;
    private final Responder responder;

    private DnsFailure(Target target, Responder responder) {
        this.target = target;
        this.responder = responder;
    }

    /** No name resolves for the target: nobody answers. */
    public static DnsFailure of(Target target) {
        return new DnsFailure(target, new Responder(Answer.SILENCE, List.of(), List.of()));
    }

    /** The same without any answer, as if the server were gone. */
    public DnsFailure noAnswer() {
        return with(Answer.SILENCE);
    }

    /** The same with the answer that there is no such name. */
    public DnsFailure nxdomain() {
        return with(Answer.NXDOMAIN);
    }

    /** The same with the answer that the server failed. */
    public DnsFailure servfail() {
        return with(Answer.SERVFAIL);
    }

    /** The same with the answer that the server does not want to tell. */
    public DnsFailure refused() {
        return with(Answer.REFUSED);
    }

    /**
     * The same with these addresses in answer; who asks for one of the other family, or for anything else about the name, is
     * told that there is none.
     *
     * @throws IllegalArgumentException if one is not an address literal; the message tells all that are not
     */
    public DnsFailure wrongAddress(String first, String... more) {
        List<String> addresses =
                Stream.concat(Stream.of(first), Stream.of(more)).toList();
        refuse(addresses, DnsFailure::isAddress, "is not an address", "Write literals, as 192.0.2.1 or 2001:db8::1.");
        return new DnsFailure(target, new Responder(Answer.ADDRESSES, responder.names(), addresses));
    }

    /**
     * The same for certain names alone, in place of those named before: {@code db.example.com}, or {@code *.internal} for
     * every name below. As they are in the query: what a search list appends is a part of them.
     *
     * @throws IllegalArgumentException if one is not a name; the message tells all that are not
     */
    public DnsFailure forNames(String first, String... more) {
        List<String> names = Stream.concat(Stream.of(first), Stream.of(more))
                .map(name -> name.toLowerCase(Locale.ROOT).replaceFirst("(?<=[^.])\\.$", ""))
                .distinct()
                .toList();
        refuse(
                names,
                name -> NAME.matcher(name).matches() && name.length() <= LONGEST_NAME,
                "is not a name",
                "Write names as db.example.com, *.internal for all below, xn--… for other scripts; and for every name leave "
                        + "out forNames(…).");
        return new DnsFailure(target, new Responder(responder.answer(), names, responder.addresses()));
    }

    private DnsFailure with(Answer answer) {
        return new DnsFailure(target, new Responder(answer, responder.names(), List.of()));
    }

    private static void refuse(List<String> all, Predicate<String> right, String what, String cure) {
        String wrong = all.stream()
                .filter(right.negate())
                .map(each -> "\"" + each + "\" " + what)
                .collect(Collectors.joining(", "));
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(wrong + ". " + cure);
        }
    }

    private static boolean isAddress(String literal) {
        if (!literal.contains(":")) {
            return IPV4.matcher(literal).matches();
        }
        try {
            InetAddress.getByName(literal); // with a colon in it, nothing is looked up
            return !literal.contains("%") && !literal.contains("[");
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public List<Target> targets() {
        return List.of(target);
    }

    @Override
    public Plan plan(Topology topology) {
        SPEC.needs().require(topology.kernel(), this);
        PacketFilter filter = topology.kernel().packetFilter().orElseThrow();
        ResolvedTarget resolved = topology.resolved(target);
        if (!filter.ipv6() && resolved.hasIpv6()) {
            throw new ImpossibleFaultException("Cannot inject " + this + ": " + target + " has IPv6 addresses ("
                    + resolved.addresses()
                    + ") but ip6tables does not work on this kernel, so queries over IPv6 would get "
                    + "around it. Load the ip6_tables module, or use a network without IPv6.");
        }
        return new Plan(
                List.of(new DnsRedirect(target.toString(), resolved.namespace(), filter, responder)), List.of());
    }

    @Override
    public String toString() {
        return "DnsFailure[" + target + ", " + responder + "]";
    }

    /** What a name server can say. */
    public enum Reply {
        NONE,
        NXDOMAIN,
        SERVFAIL,
        REFUSED
    }

    /** What can be written about it. */
    record Options(
            @About("The container.") Target target,
            @About("What its queries get.") @Default("none") Reply answer,
            @About("These addresses in answer, instead.") List<String> wrongAddress,

            @About("Only these names, as db.example.com or *.internal.")
            List<String> names)
            implements FaultFactory {

        @Override
        public Fault make() {
            DnsFailure fault = of(target);
            fault = names.isEmpty() ? fault : fault.forNames(names.get(0), others(names));
            if (!wrongAddress.isEmpty()) {
                return fault.wrongAddress(wrongAddress.get(0), others(wrongAddress));
            }
            return switch (answer) {
                case NONE -> fault.noAnswer();
                case NXDOMAIN -> fault.nxdomain();
                case SERVFAIL -> fault.servfail();
                case REFUSED -> fault.refused();
            };
        }

        private static String[] others(List<String> all) {
            return all.stream().skip(1).toArray(String[]::new);
        }
    }
}
