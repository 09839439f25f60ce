package io.faultline.fault.shaping;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The counters in what {@code tc -s} prints of our tree: its root, and a class for each kind of traffic. */
record QueueCounters(String printed) {

    // "class htb fa17:1 root …", then "Sent 96 bytes 3 pkt (dropped 0, …" and "backlog 0b 0p …", each on a line of its
    // own.
    private static final String NUMBERS =
            " [^\\n]*\\n Sent \\d+ bytes (\\d+) pkt \\(dropped (\\d+)[^\\n]*\\n backlog \\S+ (\\d+)p";
    private static final Pattern CLASS = Pattern.compile("class htb fa17:" + "[0-9a-f]+" + NUMBERS);
    private static final Pattern ROOT = Pattern.compile("qdisc htb fa17: root" + NUMBERS);

    /** Packets that were served worse: sent on, still waiting, or dropped because too many waited. */
    long shaped() {
        return sum(CLASS);
    }

    /** All packets that came to the tree. */
    long seen() {
        return Math.max(shaped(), sum(ROOT));
    }

    private long sum(Pattern what) {
        return what.matcher(printed).results().mapToLong(QueueCounters::packets).sum();
    }

    private static long packets(MatchResult numbers) {
        return Long.parseLong(numbers.group(1)) + Long.parseLong(numbers.group(2)) + Long.parseLong(numbers.group(3));
    }
}
