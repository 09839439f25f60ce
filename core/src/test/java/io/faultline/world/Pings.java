package io.faultline.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.testcontainers.containers.Container.ExecResult;

/**
 * What became of the echo requests that a peer sent out.
 *
 * @param millis the round trip of each first answer
 * @param again how many answers came once more
 */
public record Pings(List<Double> millis, int again) {

    private static final Pattern ANSWER = Pattern.compile("icmp_seq=.* time=([0-9.]+) ms$");

    /** Sends so many out of a peer's namespace, with so many seconds in between. */
    public static Pings from(Peer peer, String address, int number, double everySeconds)
            throws IOException, InterruptedException {
        ExecResult result =
                peer.execInContainer("ping", "-n", "-c", "" + number, "-i", "" + everySeconds, "-W", "3", address);
        assertThat(result.getStdout()).as(result.getStderr()).contains(number + " packets transmitted");
        List<String> lines = result.getStdout().lines().toList();
        return new Pings(
                lines.stream()
                        .flatMap(line -> ANSWER.matcher(line).results())
                        .map(answer -> Double.valueOf(answer.group(1)))
                        .toList(),
                (int) lines.stream().filter(line -> line.endsWith("(DUP!)")).count());
    }

    public double median() {
        return quantile(0.5);
    }

    /** What so much of the round trips took at most. */
    public double quantile(double share) {
        return millis.stream()
                .sorted()
                .skip((long) (millis.size() * share))
                .findFirst()
                .orElseThrow();
    }
}
