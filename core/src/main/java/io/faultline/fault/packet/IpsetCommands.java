package io.faultline.fault.packet;

import io.faultline.effect.Command;
import io.faultline.effect.Peers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ipset side of a drop: two sets, one per address family, that hold who is cut off for as long as it is renewed. */
public record IpsetCommands(String tag, boolean ipv6) {

    public static String nameIpv4(String tag) {
        return tag + "-4";
    }

    public static String nameIpv6(String tag) {
        return tag + "-6";
    }

    public Command create() {
        String options = " timeout " + PacketRules.KERNEL_TIMEOUT_SECONDS + "\n";
        return new Command(
                "ipset",
                "create " + nameIpv4(tag) + " hash:net family inet" + options
                        + (ipv6 ? "create " + nameIpv6(tag) + " hash:net family inet6" + options : ""));
    }

    /** Who is meant, for the kernel's full timeout from now on. */
    public Command fill(Peers peers) {
        String options = " timeout " + PacketRules.KERNEL_TIMEOUT_SECONDS + " -exist\n";
        Stream<String> ipv4 = add(nameIpv4(tag), peers.ipv4(), options);
        Stream<String> ipv6Too = ipv6 ? add(nameIpv6(tag), peers.ipv6(), options) : Stream.of();
        return new Command("ipset", Stream.concat(ipv4, ipv6Too).collect(Collectors.joining()));
    }

    /** Nothing matches any more: a set empties in well under a millisecond, while removing rules takes tens. */
    public Command empty() {
        return new Command("ipset", names().map(name -> "flush " + name + "\n").collect(Collectors.joining()));
    }

    /** A command a set, side by side: the agent repeats one whose set is still busy. */
    public List<Command> destroy() {
        return names().map(name -> new Command("ipset", "destroy " + name + "\n"))
                .toList();
    }

    private Stream<String> names() {
        return ipv6 ? Stream.of(nameIpv4(tag), nameIpv6(tag)) : Stream.of(nameIpv4(tag));
    }

    private static Stream<String> add(String set, List<String> members, String options) {
        return members.stream().map(member -> "add " + set + " " + member + options);
    }
}
