package io.faultline.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.faultline.observe.ClientActivity.Event;
import io.faultline.observe.ClientActivity.What;
import io.faultline.observe.TcpSocket.State;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a connection was seen to end: given up, closed by the client, ended by its peer. */
class ClosedConnectionTest {

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
    void tellsOfWhatTheClientGaveUpWhileItWasNotAcknowledged() {
        look(Sockets.sent(100));
        look(Sockets.sent(100).state(State.FIN_WAIT1).progress(101, 11, 0).inode(0));

        assertThat(events()).extracting(Event::what, Event::afterNanos).containsExactly(tuple(What.GIVEN_UP, 100L));
    }

    @Test
    void tellsNothingOfWhatWasClosedBeforeTheFirstLook() {
        look(Sockets.sent(100).state(State.FIN_WAIT2).inode(0).since(Duration.ofMillis(400), Duration.ofMinutes(1)));

        assertThat(events()).isEmpty();
    }

    @Test
    void tellsOfAnAnswerThatTheClientGaveUp() {
        Sockets asked = Sockets.sent(100).since(Duration.ofMillis(400), Duration.ofMinutes(1));
        look(asked.since(Duration.ofMillis(10), Duration.ofMinutes(1)));
        look(asked.state(State.FIN_WAIT2).inode(0));

        assertThat(events()).extracting(Event::what).containsExactly(What.GIVEN_UP);
    }

    @Test
    void takesNoFinThatIsNotAcknowledgedForData() {
        look(Sockets.sent(100));
        look(Sockets.sent(100).state(State.FIN_WAIT1).progress(101, 1, 0).inode(0));

        assertThat(events()).extracting(Event::what, Event::afterNanos).containsExactly(tuple(What.CLOSED, 100L));
    }

    @Test
    void saysOnceThatTheClientClosedAConnectionBeforeTheOtherSideDid() {
        look(Sockets.sent(100));
        look(Sockets.sent(100).state(State.FIN_WAIT2).inode(0));
        look(Sockets.sent(100).state(State.TIME_WAIT).inode(0));

        assertThat(events()).extracting(Event::what).containsExactly(What.CLOSED);
    }

    @Test
    void doesNotSayThatTheClientClosedWhatTheOtherSideHadClosed() {
        look(Sockets.sent(100).state(State.CLOSE_WAIT));
        look(Sockets.sent(100).state(State.LAST_ACK).inode(0));

        assertThat(events()).extracting(Event::what).doesNotContain(What.CLOSED);
    }

    @Test
    void isEndedByThePeersFinOrWithoutATrace() {
        look(Sockets.idle(), Sockets.idle().from("172.17.0.1", 6));
        look(Sockets.in(State.CLOSE_WAIT));

        assertThat(events())
                .containsExactly(
                        new Event(What.ENDED, Sockets.in(State.CLOSE_WAIT).socket(), 100, 210),
                        new Event(
                                What.ENDED, Sockets.idle().from("172.17.0.1", 6).socket(), 100, 210));
    }

    @Test
    void isEndedOnceAndNotAgainWhileTheClientKeepsItOrAsItClosesIt() {
        look(Sockets.idle());
        look(Sockets.in(State.CLOSE_WAIT));
        look(Sockets.in(State.CLOSE_WAIT));
        look();

        assertThat(whats()).containsExactly(What.ENDED);
    }

    @Test
    void isNotEndedNowWhatThePeerHadEndedBefore() {
        look(Sockets.in(State.CLOSE_WAIT));
        look(Sockets.in(State.CLOSE_WAIT));
        look();

        assertThat(events()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSING", "LAST_ACK"})
    void isNotEndedThatTheClientItselfHasClosed(State closing) {
        look(Sockets.idle());
        look(Sockets.in(closing).inode(0));
        look();

        assertThat(whats()).doesNotContain(What.ENDED);
    }

    @Test
    void isEndedThatCouldNotBeOpened() {
        look(ASKING);
        look();

        assertThat(whats()).containsExactly(What.CONNECTING, What.ENDED);
    }

    @Test
    void isEndedFromAPortWhoseFirstConnectionTheClientHadClosed() {
        look(Sockets.idle());
        look(Sockets.in(State.TIME_WAIT).inode(0).progress(0, 0, 0));
        look(Sockets.idle().inode(2));
        look();

        assertThat(whats()).containsExactly(What.CONNECTED, What.ENDED);
    }
}
