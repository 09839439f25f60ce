package io.faultline.scenario.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.faultline.Faultline;
import io.faultline.junit.FaultlineTest;
import io.faultline.verify.BrokenError;
import io.faultline.verify.InconclusiveError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A scenario file that records orders in the background, on a service that reports what timed out, and on ones that do not. */
@FaultlineTest
class HistoryScenarioDockerIT {

    /** Takes an order by appending it to a list in Redis, and has a second for that; what it does then is its first argument. */
    private static final String SERVICE = """
            use IO::Socket::INET; use IO::Select; $SIG{PIPE} = 'IGNORE';
            my ($kind) = @ARGV; my $redis;
            sub take {
              $redis ||= IO::Socket::INET->new(PeerAddr => "redis:6379", Timeout => 1) or return 0;
              $redis->print("RPUSH orders $_[0]\\r\\n");
              return 1 if IO::Select->new($redis)->can_read(0.7) && defined(my $line = <$redis>);
              close $redis; undef $redis; return 0;
            }
            my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 20, ReuseAddr => 1) or die $!;
            $| = 1; print "ready\\n";
            while (my $client = $server->accept) {
              my ($id) = (<$client> // "") =~ /id=(\\d+)/;
              while (defined(my $header = <$client>)) { last if $header eq "\\r\\n" }
              my $done = 1;
              if (defined $id) {
                for my $try (1 .. ($kind eq "repeats" ? 30 : 1)) { last if $done = take($id) }
              }
              my $status = $done ? 200 : $kind eq "denies" ? 409 : 503;
              print $client "HTTP/1.1 $status -\\r\\nContent-Length: 0\\r\\n\\r\\n"; close $client;
            }
            """;

    private static final String SCENARIO = """
            format: 1
            name: orders-under-a-pause
            version: 1
            title: The store of orders is frozen for a while
            why: A write that timed out may be done all the same.
            good: No acknowledged order is lost, and none is taken twice.
            fix: Do not repeat a write that has timed out, or let the store know it again by its id.
            roles:
              client: the service that takes orders
              dependency: the Redis that keeps them
            probes:
              answers: {http: {role: client, port: 8080, path: /health}}
            steady: [answers]
            steps:
              - record: orders
                call: {http: {role: client, port: 8080, method: POST, path: "/orders?id={n}", within: 20s}}
                every: 50ms
                failed: [409]
              - inject: {pause: dependency}
              - hold: orders go on
                for: 2s
              - heal: pause
              - hold: and on
                for: 1s
              - check: orders
                within: 2s
                truth: {command: {role: dependency, command: [TRUTH]}}
                claims: [CLAIMS]
            """;

    @TempDir
    private Path folder;

    private final Network network = Network.newNetwork();
    private final GenericContainer<?> redis = new GenericContainer<>(RedisImage.get())
            .withNetwork(network)
            .withNetworkAliases("redis")
            .withExposedPorts(6379);

    @BeforeEach
    void start() {
        redis.start();
    }

    @AfterEach
    void stop() {
        redis.stop();
        network.close();
    }

    private void play(Faultline faultline, String kind, String claims) throws Throwable {
        play(faultline, kind, claims, "redis-cli, lrange, orders, \"0\", \"-1\"");
    }

    private void play(Faultline faultline, String kind, String claims, String truth) throws Throwable {
        String scenario = SCENARIO.replace("CLAIMS", claims).replace("TRUTH", truth);
        Files.writeString(folder.resolve("orders.scenario.yaml"), scenario);
        try (GenericContainer<?> service = new GenericContainer<>(DockerImageName.parse("debian:bookworm-slim"))
                .withNetwork(network)
                .withExposedPorts(8080)
                .withCommand("perl", "-e", SERVICE, kind)
                .waitingFor(Wait.forLogMessage("ready\\n", 1))) {
            service.start();
            Scenarios.in(folder)
                    .on(Map.of("client", service, "dependency", redis))
                    .tests(faultline)
                    .findFirst()
                    .orElseThrow()
                    .getExecutable()
                    .execute();
        }
    }

    private List<String> taken() throws IOException, InterruptedException {
        return redis.execInContainer("redis-cli", "lrange", "orders", "0", "-1")
                .getStdout()
                .lines()
                .toList();
    }

    @Test
    void aServiceThatReportsWhatTimedOutHolds(Faultline faultline) throws Throwable {
        play(faultline, "reports", "nothing-lost, nothing-twice");

        assertThat(taken()).hasSizeGreaterThan(10).doesNotHaveDuplicates();
    }

    @Test
    void aServiceThatRepeatsWhatTimedOutIsBroken(Faultline faultline) {
        assertThatExceptionOfType(BrokenError.class)
                .isThrownBy(() -> play(faultline, "repeats", "nothing-lost, nothing-twice"))
                .withMessageContaining("to \"orders\" was done more often than it was called")
                .withMessageContaining("Do not repeat a write that has timed out");
    }

    @Test
    void aServiceThatDeniesWhatTimedOutIsBroken(Faultline faultline) {
        assertThatExceptionOfType(BrokenError.class)
                .isThrownBy(() -> play(faultline, "denies", "no-failed-write-done"))
                .withMessageContaining("failed writes to \"orders\" was done all the same");
    }

    @Test
    void aTruthThatCannotBeReadIsNotJudged(Faultline faultline) {
        assertThatExceptionOfType(InconclusiveError.class)
                .isThrownBy(() -> play(faultline, "reports", "nothing-lost", "sh, -c, exit 3"))
                .withMessageContaining(
                        "what is there on the server could not be read: java.io.IOException: exit code 3");
    }
}
