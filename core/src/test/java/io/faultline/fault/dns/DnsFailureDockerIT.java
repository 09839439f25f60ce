package io.faultline.fault.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.Faultline;
import io.faultline.inject.ClashException;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.inject.NoEffectError;
import io.faultline.verify.BrokenError;
import io.faultline.verify.InconclusiveError;
import io.faultline.world.DnsClientContainer;
import io.faultline.world.OneProgram;
import io.faultline.world.Resolver;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asks from inside the target, whose only name server is a plain one in another container, unless a test says otherwise. */
class DnsFailureDockerIT {

    private static final String FOUND = "NOERROR " + Resolver.IPV4;
    private static final String NOBODY = "TimeoutError: timed out";

    private final Resolver resolver = new Resolver();
    private DnsClientContainer app;
    private String server;
    private Faultline faultline;

    @BeforeEach
    void start() {
        resolver.start();
        server = resolver.address();
        app = new DnsClientContainer().withNameserver(server);
        app.start();
        faultline = Faultline.open();
    }

    @AfterEach
    void stop() {
        faultline.close();
        app.stop();
        resolver.stop();
    }

    @ParameterizedTest
    @CsvSource({"no answer, " + NOBODY, "NXDOMAIN, NXDOMAIN", "SERVFAIL, SERVFAIL", "REFUSED, REFUSED"})
    void failsTheNamesThatAreMeantOverUdpAndTcpAndNoOthers(String mode, String expected) throws Exception {
        assertThat(app.ask("udp " + server + " db.example")).isEqualTo(FOUND);

        try (Injection failure = faultline.inject(failure(mode).forNames("db.example", "*.cache.example"))) {
            assertThat(app.ask("udp " + server + " db.example")).isEqualTo(expected);
            assertThat(app.ask("udp " + server + " DB.eXample 28")).isEqualTo(expected);
            assertThat(app.ask("udp " + server + " a.b.cache.example")).isEqualTo(expected);
            assertThat(app.ask("tcp " + server + " db.example")).isEqualTo(expected);

            assertThat(app.ask("udp " + server + " cache.example")).isEqualTo(FOUND);
            assertThat(app.ask("udp " + server + " olddb.example")).isEqualTo(FOUND);
            assertThat(app.ask("udp " + server + " nowhere.test")).isEqualTo("NXDOMAIN");
            assertThat(app.ask("tcp " + server + " cache.example")).isEqualTo(FOUND);
            assertThat(app.ask("libc cache.example")).isEqualTo(Resolver.IPV4 + " " + Resolver.IPV6);
            Evidence evidence = failure.evidence();
            assertThat(evidence.total()).isEqualTo(4);
            assertThat(evidence.toString()).isEqualTo("4 queries made to fail (4 of 10 container out)");
        }

        assertThat(app.ask("udp " + server + " db.example")).isEqualTo(FOUND);
        assertThat(app.ask("libc db.example")).isEqualTo(Resolver.IPV4 + " " + Resolver.IPV6);
    }

    private DnsFailure failure(String mode) {
        DnsFailure all = DnsFailure.of(app.target());
        return switch (mode) {
            case "NXDOMAIN" -> all.nxdomain();
            case "SERVFAIL" -> all.servfail();
            case "REFUSED" -> all.refused();
            default -> all.noAnswer();
        };
    }

    @Test
    void failsEveryNameIfNoneIsMeant() throws Exception {
        try (Injection failure = faultline.inject(DnsFailure.of(app.target()).nxdomain())) {
            assertThat(app.ask("libc db.example")).startsWith("gaierror: ");
            assertThat(app.ask("libc cache.example")).startsWith("gaierror: ");
            assertThat(failure.evidence().tookEffect()).isTrue();
        }
        assertThat(app.ask("libc db.example")).contains(Resolver.IPV4);
    }

    @Test
    void leadsToTheWrongAddressAndToNoneOfTheOtherFamily() throws Exception {
        try (Injection failure = faultline.inject(DnsFailure.of(app.target())
                .wrongAddress("192.0.2.1", "192.0.2.2")
                .forNames("db.example"))) {
            assertThat(app.ask("libc db.example")).isEqualTo("192.0.2.1 192.0.2.2");
            assertThat(app.ask("udp " + server + " db.example 28")).isEqualTo("NOERROR");
            assertThat(app.ask("udp " + server + " db.example 65"))
                    .isEqualTo("NOERROR"); // would tell the right address
            assertThat(app.ask("libc cache.example")).isEqualTo(Resolver.IPV4 + " " + Resolver.IPV6);
            assertThat(failure.evidence().tookEffect()).isTrue();
        }
        try (Injection failure =
                faultline.inject(DnsFailure.of(app.target()).wrongAddress("192.0.2.1", "2001:db8::1"))) {
            assertThat(app.ask("libc db.example")).isEqualTo("192.0.2.1 2001:db8::1");
            assertThat(failure.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void meetsASocketThatWasThereBeforeAndIsThereAfterwards() throws Exception {
        String question = "same " + server + " db.example";
        assertThat(app.ask(question)).isEqualTo(FOUND);

        try (Injection failure = faultline.inject(DnsFailure.of(app.target()).servfail())) {
            assertThat(app.ask(question)).isEqualTo("SERVFAIL");
            failure.lift();
            assertThat(app.ask(question)).isEqualTo(FOUND);
            failure.restore();
            assertThat(app.ask(question)).isEqualTo("SERVFAIL");
            failure.retune(DnsFailure.of(app.target()).nxdomain());
            assertThat(app.ask(question)).isEqualTo("NXDOMAIN");
            assertThat(failure.evidence().toString()).isEqualTo("3 queries made to fail (3 container out)");
        }

        assertThat(app.ask(question)).isEqualTo(FOUND);
    }

    @Test
    void resetsAConnectionThatWasThereBeforeSoThatTheNextOneMeetsIt() throws Exception {
        String question = "tcp " + server + " db.example";
        assertThat(app.ask(question)).isEqualTo(FOUND);

        try (Injection failure = faultline.inject(DnsFailure.of(app.target()).nxdomain())) {
            assertThat(app.ask(question)).startsWith("ConnectionResetError");
            assertThat(app.ask(question)).isEqualTo("NXDOMAIN");
            assertThat(failure.evidence().tookEffect()).isTrue();
        }

        assertThat(app.ask(question)).startsWith("ConnectionResetError");
        assertThat(app.ask(question)).isEqualTo(FOUND);
    }

    @Test
    void meetsATargetThatIsOneStaticProgram() throws Exception {
        try (OneProgram program = new OneProgram(server)) {
            program.start();
            assertThat(program.lookup("db.example")).contains(Resolver.IPV4);

            try (Injection failure =
                    faultline.inject(DnsFailure.of(program.target()).nxdomain().forNames("db.example"))) {
                assertThat(program.lookup("db.example")).contains("NXDOMAIN").doesNotContain(Resolver.IPV4);
                assertThat(program.lookup("cache.example")).contains(Resolver.IPV4);
                assertThat(failure.evidence().tookEffect()).isTrue();
            }

            assertThat(program.lookup("db.example")).contains(Resolver.IPV4);
        }
    }

    @Test
    void livesThroughWhatIsNoQuery() throws Exception {
        String garbage = IntStream.range(0, 300)
                .mapToObj(i -> String.format("%02x", i * 89 % 256))
                .reduce("", String::concat);
        try (Injection failure = faultline.inject(DnsFailure.of(app.target()).servfail())) {
            for (int length = 0; length <= 300; length += 10) {
                app.python("udp.sendto(bytes.fromhex('" + garbage.substring(0, 2 * length) + "'), ('" + server
                        + "', 53))");
            }
            app.python("s = socket.create_connection(('" + server
                    + "', 53)); s.sendall(b'\\0\\5hello\\xff\\xffpart'); s.close()");

            assertThat(app.ask("udp " + server + " db.example")).isEqualTo("SERVFAIL");
            assertThat(app.ask("tcp " + server + " db.example")).isEqualTo("SERVFAIL");
            assertThat(failure.evidence().invalidated()).isEmpty();
        }
    }

    @Test
    void failsATargetThatNeverAsked() {
        Injection failure =
                faultline.inject(DnsFailure.of(app.target()).nxdomain().forNames("db.example"));

        assertThatThrownBy(failure::close)
                .isInstanceOf(NoEffectError.class)
                .hasMessageContaining("DnsFailure[\"peer\", NXDOMAIN for db.example] had no effect");
    }

    @Test
    void refusesASecondOneOnTheSameTarget() throws Exception {
        try (Injection failure =
                faultline.inject(DnsFailure.of(app.target()).nxdomain().forNames("db.example"))) {
            assertThatThrownBy(() -> faultline.inject(
                            DnsFailure.of(app.target()).servfail().forNames("cache.example")))
                    .isInstanceOf(ClashException.class);
            assertThat(app.ask("udp " + server + " db.example")).isEqualTo("NXDOMAIN");
            assertThat(failure.evidence().tookEffect()).isTrue();
        }
    }

    @Test
    void holdsAnExpectationThatQueriesMade() {
        faultline
                .during(DnsFailure.of(app.target()).nxdomain().forNames("db.example"))
                .client(app.target())
                .expect("the app cannot find its database", () -> !finds("db.example"))
                .within(Duration.ofSeconds(10))
                .afterHealing("it finds it again", () -> finds("db.example"))
                .within(Duration.ofSeconds(10));
    }

    @Test
    void breaksAnExpectationThatQueriesDidNotMake() {
        assertThatThrownBy(() -> faultline
                        .during(DnsFailure.of(app.target()).nxdomain().forNames("db.example"))
                        .client(app.target())
                        .expect("the app cannot find its cache", () -> !finds("db.example") && !finds("cache.example"))
                        .within(Duration.ofSeconds(1)))
                .isInstanceOf(BrokenError.class);
    }

    @Test
    void learnsNothingWithoutAQuery() {
        assertThatThrownBy(() -> faultline
                        .during(DnsFailure.of(app.target()).nxdomain().forNames("db.example"))
                        .client(app.target())
                        .expect("the app cannot find its cache", () -> !finds("cache.example"))
                        .within(Duration.ofSeconds(1)))
                .isInstanceOf(InconclusiveError.class);
    }

    private boolean finds(String name) throws IOException {
        return app.ask("udp " + server + " " + name).equals(FOUND);
    }
}
