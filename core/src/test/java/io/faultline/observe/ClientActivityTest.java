package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.observe.ClientActivity.Event;
import io.faultline.observe.ClientActivity.What;
import io.faultline.observe.TcpSocket.State;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a client was seen to do with connections that are open: ask for them, use them, wait for answers. */
class ClientActivityTest {

    private static final Sockets ASKING = Sockets.in(State.SYN_SENT).progress(0, 1, 0);

    private final ClientActivity activity = new ClientActivity();

    /** A look takes from 100 to 110, the next from 200 to 210, and so on. */
    private long looks;

    private void look(Sockets... sockets) {
        looks++;
        activity.look(100 * looks, Sockets.seen(100 * looks + 10, sockets));
    }

    private List<Event> events() {
        List<Event> events = new ArrayList<>();
        activity.first(event -> !events.add(event));
        return events;
    }

    private List<What> whats() {
        return events().stream().map(Event::what).toList();
    }

    @Test
    void tellsNothingOfAnIdleConnectionThatWasThereBefore() {
        look(Sockets.sent(1_000).progress(1_001, 0, 9_000));
        look(Sockets.sent(1_000).progress(1_001, 0, 9_000));

        assertThat(events()).isEmpty();
        assertThat(activity.isEmpty()).isFalse();
        assertThat(new ClientActivity().isEmpty()).isTrue();
    }

    @Test
    void tellsOfWhatWasSentAndIsNotAcknowledgedThoughNothingWasSentSince() {
        look(Sockets.sent(100).progress(101, 10, 0));
        look(Sockets.sent(100).progress(101, 10, 0).since(Duration.ofMillis(120), Duration.ofMillis(130)));

        assertThat(events()).extracting(Event::what).contains(What.UNANSWERED);
    }

    /** Without an owner, as closed connections are, it belongs to whatever process of the namespace has closed it. */
    @Test
    void tellsNothingOfAConnectionThatWasNeverSeenOpen() {
        Sockets waited =
                Sockets.sent(100).state(State.FIN_WAIT2).inode(0).since(Duration.ofMillis(400), Duration.ofMinutes(1));
        look(Sockets.idle());
        look(Sockets.idle(), waited.from("172.17.0.1", 6));

        assertThat(events()).isEmpty();
    }

    @Test
    void askedForAConnectionWhileItWasLookedAt() {
        look();
        look(ASKING);

        assertThat(events()).containsExactly(new Event(What.CONNECTING, ASKING.socket(), 200, 210));
    }

    @Test
    void sendsNothingByAskingForAConnectionWhateverTheKernelCounts() {
        look(ASKING.progress(0, 0, 0));
        look(Sockets.idle());

        assertThat(whats()).containsExactly(What.CONNECTING, What.CONNECTED);
    }

    @Test
    void openedAConnectionThatItHadAskedForAndSentNothingByThat() {
        look(ASKING);
        look(Sockets.idle());

        assertThat(whats()).containsExactly(What.CONNECTING, What.CONNECTED);
    }

    @Test
    void openedAConnectionBetweenTwoLooksAndSentNothingByThat() {
        look();
        look(Sockets.idle());

        assertThat(events())
                .containsExactly(new Event(What.CONNECTED, Sockets.idle().socket(), 100, 210));
    }

    @Test
    void openedAConnectionBetweenTwoLooksAndUsedIt() {
        look();
        look(Sockets.sent(4).progress(5, 0, 7));

        assertThat(whats()).containsExactly(What.CONNECTED, What.SENT, What.RECEIVED);
    }

    @Test
    void sentBetweenTwoLooksWhetherThatIsConfirmedOrNot() {
        Sockets sending = Sockets.sent(4).progress(5, 3, 0).since(Duration.ofMillis(1), Duration.ofMinutes(1));
        look(Sockets.sent(4));
        look(sending);
        look(Sockets.sent(7));

        assertThat(events()).containsExactly(new Event(What.SENT, sending.socket(), 100, 210));
    }

    @Test
    void receivedBetweenTwoLooks() {
        look(Sockets.idle());
        look(Sockets.idle().progress(1, 0, 5));

        assertThat(events())
                .containsExactly(new Event(
                        What.RECEIVED, Sockets.idle().progress(1, 0, 5).socket(), 100, 210));
    }

    @Test
    void isUnansweredWhenTheKernelSendsAgain() {
        Sockets again = Sockets.sent(4).unanswered(2);
        look(again);

        assertThat(events()).containsExactly(new Event(What.UNANSWERED, again.socket(), 100, 110));
    }

    @Test
    void waitsForWhatItAskedInTheTickInWhichItWasOpened() {
        Duration both = Duration.ofMillis(150);
        look(Sockets.sent(4).since(both, both));
        assertThat(events()).extracting(Event::what).containsExactly(What.WAITING);

        look(Sockets.sent(4).progress(5, 0, 9).since(both, both).from("172.17.0.1", 7));
        assertThat(events()).extracting(Event::what).doesNotHaveDuplicates(); // that one may have its answer
    }

    @Test
    void waitsForWhatItAskedAWhileAgo() {
        Sockets waiting = Sockets.sent(4).since(Duration.ofMillis(150), Duration.ofSeconds(5));
        look(waiting);

        long since = 110 - Duration.ofMillis(50).toNanos();
        assertThat(events()).containsExactly(new Event(What.WAITING, waiting.socket(), since, 100));
    }

    @Test
    void waitsForNothingThatWasAskedJustNowOrLongAgoOrNotAtAll() {
        look(
                Sockets.sent(4).since(Duration.ofMillis(50), Duration.ofSeconds(5)),
                Sockets.sent(4).from("172.17.0.1", 6).since(Duration.ofSeconds(11), Duration.ofSeconds(15)),
                Sockets.sent(4)
                        .progress(5, 0, 9)
                        .from("172.17.0.1", 7)
                        .since(Duration.ofMillis(150), Duration.ofMillis(100)),
                Sockets.idle().from("172.17.0.1", 8).since(Duration.ofMillis(150), Duration.ofSeconds(5)));

        assertThat(events()).isEmpty();
    }

    @Test
    void isDeafThatHeardShortlyBeforeAndNotSince() {
        look(listening(Duration.ofMillis(300)));
        long since = 100 - Duration.ofMillis(200).toNanos();

        assertThat(activity.deafSince(since)).hasValueSatisfying(event -> {
            assertThat(event.what()).isEqualTo(What.DEAF);
            assertThat(List.of(event.afterNanos(), event.nanos())).isEqualTo(List.of(since, 100L));
        });
    }

    @Test
    void isNotDeafThatHeardSinceOrLongBeforeOrNothingEver() {
        long since = 100 - Duration.ofMillis(200).toNanos();
        for (Sockets hears : List.of(
                listening(Duration.ofMillis(100)),
                listening(Duration.ofSeconds(11)),
                listening(Duration.ofMillis(300)).progress(1, 0, 0),
                listening(Duration.ofMillis(300)).state(State.FIN_WAIT1))) {
            ClientActivity other = new ClientActivity();
            other.look(100, Sockets.seen(110, hears));

            assertThat(other.deafSince(since)).isEmpty();
        }
    }

    @Test
    void isNotDeafThatWasOnlyAnswered() {
        look(Sockets.sent(4).progress(5, 0, 9).since(Duration.ofMillis(301), Duration.ofMillis(300)));

        assertThat(activity.deafSince(100 - Duration.ofMillis(200).toNanos())).isEmpty();
    }

    private static Sockets listening(Duration sinceReceived) {
        return Sockets.idle().progress(1, 0, 9).since(Duration.ofMinutes(1), sinceReceived);
    }

    @Test
    void tellsASecondConnectionFromTheSamePortFromTheFirst() {
        look(Sockets.sent(500));
        look(Sockets.sent(4).inode(2));

        assertThat(whats()).containsExactly(What.CONNECTED, What.SENT, What.ENDED);
    }

    @Test
    void knowsWhatWasSeenLast() {
        look(Sockets.idle());
        look(ASKING);

        assertThat(activity.latest()).containsExactly(ASKING.socket());
    }

    @Test
    void tellsEachInWords() {
        assertThat(Stream.of(What.values())
                        .map(what -> new Event(what, Sockets.idle().socket(), 0, 0).describe()))
                .allMatch(words -> words.matches("its connection to 172\\.17\\.0\\.2:6379 [a-z ]+"))
                .doesNotHaveDuplicates();
    }
}
