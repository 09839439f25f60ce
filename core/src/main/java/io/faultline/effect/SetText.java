package io.faultline.effect;

import static io.faultline.effect.PacketDrop.KERNEL_TIMEOUT_SECONDS;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ipset side of a drop: two sets, one per address family, that hold who is cut off for as long as it is renewed. */
record SetText(String tag, boolean ipv6) {

    static String nameIpv4(String tag) {
        return tag + "-4";
    }

    static String nameIpv6(String tag) {
        return tag + "-6";
    }

    Command create(Peers peers) {
        String create = "create " + nameIpv4(tag) + " hash:net family inet timeout " + KERNEL_TIMEOUT_SECONDS + "\n"
                + (ipv6
                        ? "create " + nameIpv6(tag) + " hash:net family inet6 timeout " + KERNEL_TIMEOUT_SECONDS + "\n"
                        : "");
        return new Command("ipset", create + entries(peers, ""));
    }

    /** Puts the kernel's timeout back to its full length, without touching a rule. */
    Command renew(Peers peers) {
        return new Command("ipset", entries(peers, " timeout " + KERNEL_TIMEOUT_SECONDS + " -exist"));
    }

    /** Nothing matches any more: a set empties in well under a millisecond, while removing rules takes tens. */
    Command empty() {
        return new Command("ipset", names().map(name -> "flush " + name + "\n").collect(Collectors.joining()));
    }

    /** A command a set, side by side: the agent repeats one whose set is still busy. */
    List<Command> destroy() {
        return names().map(name -> new Command("ipset", "destroy " + name + "\n"))
                .toList();
    }

    private Stream<String> names() {
        return ipv6 ? Stream.of(nameIpv4(tag), nameIpv6(tag)) : Stream.of(nameIpv4(tag));
    }

    private String entries(Peers peers, String options) {
        return Stream.concat(
                        add(nameIpv4(tag), peers.ipv4(), options),
                        ipv6 ? add(nameIpv6(tag), peers.ipv6(), options) : Stream.of())
                .collect(Collectors.joining());
    }

    private static Stream<String> add(String set, List<String> members, String options) {
        return members.stream().map(member -> "add " + set + " " + member + options + "\n");
    }
}
