package io.faultline.truth;

import static io.faultline.truth.Case.right;
import static io.faultline.truth.Case.wrong;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.shutdown.Termination;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Containers that are told to stop. */
final class ShutdownCases {

    private static final String FAMILY = "shutdown";

    private ShutdownCases() {}

    static java.util.List<Case> all() {
        return java.util.List.of(
                right(
                        FAMILY,
                        "it ends at once",
                        stage -> terminated("graceful", stage).within(ofSeconds(10))),
                right(
                        FAMILY,
                        "it says good-bye",
                        stage ->
                                terminated("graceful", stage).lastLogLine("bye").within(ofSeconds(10))),
                right(
                        FAMILY,
                        "it ends with the code that is expected",
                        stage -> terminated("failing", stage).exitCode(7).within(ofSeconds(10))),
                right(FAMILY, "it answers first what is under way", stage -> answering("graceful", stage)),
                right(
                        FAMILY,
                        "another signal, that ends it",
                        stage -> terminated("graceful", stage)
                                .signal("INT")
                                .exitCode(130, 1)
                                .within(ofSeconds(10))),
                wrong(FAMILY, "it does not listen, and ends by itself", stage -> {
                    Member member = started("deaf", stage);
                    stage.session(member).tell("leave 0 1.5");
                    stage.faultline().terminate(member.target()).within(ofSeconds(10));
                }),
                wrong(
                        FAMILY,
                        "it takes no notice",
                        stage -> terminated("stubborn", stage).within(ofSeconds(2))),
                wrong(FAMILY, "it takes no notice, and ends by itself", stage -> {
                    Member member = started("stubborn", stage);
                    stage.session(member).tell("leave 0 6");
                    stage.faultline().terminate(member.target()).within(ofSeconds(4));
                }),
                wrong(
                        FAMILY,
                        "it ends with another code",
                        stage -> terminated("failing", stage).within(ofSeconds(10))),
                wrong(
                        FAMILY,
                        "it says something else",
                        stage -> terminated("hasty", stage).lastLogLine("bye").within(ofSeconds(10))),
                wrong(FAMILY, "it leaves a request unanswered", stage -> answering("hasty", stage)),
                wrong(
                        FAMILY,
                        "nothing was under way",
                        stage -> terminated("graceful", stage)
                                .finishing("the answer has come", () -> true)
                                .within(ofSeconds(10))));
    }

    private static Member started(String manner, Stage stage) {
        Member member = stage.closing(Member.thatLeaves("leaver", manner));
        member.start();
        return member;
    }

    private static Termination terminated(String manner, Stage stage) {
        return stage.faultline().terminate(started(manner, stage).target());
    }

    /** A request is under way at the signal that takes half a second. */
    private static void answering(String manner, Stage stage) throws IOException {
        Member member = started(manner, stage);
        Socket client = stage.closing(new Socket());
        client.connect(new InetSocketAddress(member.address(), Member.PORT), 5_000);
        Termination termination = stage.faultline().terminate(member.target());
        AnswerOn answer = new AnswerOn(client);
        termination
                .beforeSignal(() -> begin(client))
                .finishing("the request is answered", answer::hasCome)
                .within(ofSeconds(10));
    }

    /** Returns when the member works on the request, and not only when it was sent. */
    private static void begin(Socket client) throws IOException {
        client.getOutputStream().write("slow\n".getBytes(StandardCharsets.US_ASCII));
        client.setSoTimeout(5_000);
        byte[] begun = client.getInputStream().readNBytes("begun\n".length());
        assertThat(new String(begun, StandardCharsets.US_ASCII)).isEqualTo("begun\n");
        client.setSoTimeout(1);
    }

    private record AnswerOn(Socket client) {
        boolean hasCome() throws IOException {
            try {
                return client.getInputStream().read() > 0;
            } catch (java.net.SocketTimeoutException notYet) {
                return false;
            }
        }
    }
}
