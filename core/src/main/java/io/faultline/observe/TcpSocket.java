package io.faultline.observe;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An established TCP connection as the kernel of one of its ends sees it.
 *
 * @param local address and port, IPv6 addresses in brackets
 * @param peer likewise
 * @param unacknowledgedBytes what was sent and not confirmed yet
 * @param timer the timer that is armed: {@code keepalive} on an idle connection with keepalive, {@code on} while the
 *     kernel retransmits; empty on an idle connection without keepalive
 * @param inode the socket's number, as in /proc/PID/fd; 0 if it belongs to no process any more
 */
public record TcpSocket(String local, String peer, long unacknowledgedBytes, Optional<Timer> timer, long inode) {

    /** An armed timer and when it goes off. */
    public record Timer(String name, Duration due) {}

    // ESTAB 0 0 127.0.0.1:47010 127.0.0.1:32768 timer:(keepalive,119min,0) ino:… (ss(8); ::ffff: as Java's sockets
    // show)
    private static final Pattern LINE = Pattern.compile("ESTAB\\s+\\d+\\s+(\\d+)\\s+(\\S+)\\s+(\\S+)(.*)");
    private static final Pattern TIMER = Pattern.compile("timer:\\((\\w+),([^,]*),");
    private static final Pattern INODE = Pattern.compile("\\bino:(\\d+)");
    private static final Pattern AMOUNT = Pattern.compile("([0-9.]+)(day|hour|min|sec|ms)");

    /** Whether the peer has confirmed all that was sent. */
    public boolean isAcknowledged() {
        return unacknowledgedBytes == 0;
    }

    /** The peer's address, an IPv6 literal without brackets or scope. */
    public String peerAddress() {
        String address =
                peer.substring(0, peer.lastIndexOf(':')).replace("[", "").replace("]", "");
        int scope = address.indexOf('%');
        return scope < 0 ? address : address.substring(0, scope);
    }

    public int peerPort() {
        return Integer.parseInt(peer.substring(peer.lastIndexOf(':') + 1));
    }

    /** Reads what {@code ss -tnoeO} prints; lines of other states are left out. */
    public static List<TcpSocket> parse(String ss) {
        return ss.lines()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(TcpSocket::of)
                .toList();
    }

    private static TcpSocket of(Matcher line) {
        Matcher timer = TIMER.matcher(line.group(4));
        Optional<Timer> armed =
                timer.find() ? Optional.of(new Timer(timer.group(1), duration(timer.group(2)))) : Optional.empty();
        Matcher inode = INODE.matcher(line.group(4));
        return new TcpSocket(
                plain(line.group(2)),
                plain(line.group(3)),
                Long.parseLong(line.group(1)),
                armed,
                inode.find() ? Long.parseLong(inode.group(1)) : 0);
    }

    // A dual-stack socket, which Java's are, shows IPv4 peers as mapped addresses.
    private static String plain(String address) {
        return address.startsWith("[::ffff:") ? address.replace("[::ffff:", "").replace("]", "") : address;
    }

    // "119min", "1min30sec", "980ms", and "4.976ms" for 4.976 s: print_ms_timer in iproute2's misc/ss.c puts a dot
    // after
    // the seconds and the milliseconds with their own unit after that.
    static Duration duration(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = AMOUNT.matcher(text.toLowerCase(Locale.ROOT));
        while (part.find()) {
            double millisPerUnit = switch (part.group(2)) {
                case "day" -> 86_400_000;
                case "hour" -> 3_600_000;
                case "min" -> 60_000;
                case "sec" -> 1_000;
                default -> part.group(1).contains(".") ? 1_000 : 1;
            };
            sum = sum.plusMillis(Math.round(Double.parseDouble(part.group(1)) * millisPerUnit));
        }
        return sum;
    }
}
