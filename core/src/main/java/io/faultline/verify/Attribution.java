package io.faultline.verify;

import io.faultline.effect.Impact;
import io.faultline.inject.ClientFlows;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.inject.Reach.Met;
import io.faultline.observe.Client;
import io.faultline.observe.ClientActivity;
import io.faultline.observe.ClientActivity.Event;
import io.faultline.observe.ClientActivity.What;
import io.faultline.observe.FailureClass;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Decides whether it was this client that the fault was done to: whether an interaction of its own was affected while the
 * fault was open. Pure.
 *
 * @param met the effects that a connection of the client meets
 * @param flows which of the packets that were harmed were the client's
 */
record Attribution(
        Client client, Injection injection, ClientActivity activity, Function<Event, Set<Met>> met, ClientFlows flows) {

    private static final Set<FailureClass> OWN_WORD =
            EnumSet.of(FailureClass.REFUSED, FailureClass.RESET, FailureClass.EOF, FailureClass.UNREACHABLE);

    /**
     * What of the client's was affected, in words; empty if nothing was.
     *
     * @param evidence what the fault did by now
     * @param until what happened later does not count, as {@link System#nanoTime()}
     * @param failure how the client itself says that it failed
     */
    Optional<String> affected(Evidence evidence, long until, Optional<FailureClass> failure) {
        if (client.sockets().isEmpty()) {
            return Optional.of(Verdict.UNATTRIBUTED);
        }
        return onItself(evidence)
                .or(() -> activity.first(event -> isAffected(event, until)).map(Event::describe))
                .or(() -> flows.first(until))
                .or(() -> deaf(evidence))
                .or(() -> isOver(until) ? Optional.empty() : ownWord(evidence, failure));
    }

    /** A fault of the client itself, that is not about packets, needs no connection to be met. */
    private Optional<String> onItself(Evidence evidence) {
        boolean isOfItself = injection.reach().isOn(client)
                && evidence.counts().stream()
                        .anyMatch(count -> count.number() > 0
                                && count.needed()
                                && !count.unit().isOfPackets());
        return isOfItself ? Optional.of("the fault is on " + client.name() + " itself") : Optional.empty();
    }

    private boolean isAffected(Event event, long until) {
        return event.afterNanos() - until <= 0
                && !isOver(event.nanos())
                && met.apply(event).stream()
                        .anyMatch(each -> flows.canHaveReached(each.effect(), event.socket(), until)
                                && (shows(each, event) || lasts(each, event, until)));
    }

    /**
     * Whether the client was without an answer at some time from in force until then, whenever it had asked: on a busy machine
     * looks are so rare that a client has given up before the second one under the fault, or is seen to wait only later.
     */
    private boolean lasts(Met met, Event event, long until) {
        long inForceNanos = injection.inForceNanos(met.effect());
        boolean isWithoutAnswer = switch (event.what()) {
            case GIVEN_UP -> true;
            case UNANSWERED -> met.impact() != Impact.STOPS;
            case WAITING -> met.impact() != Impact.SILENCES && met.impact() != Impact.REFUSES;
            default -> false;
        };
        return isWithoutAnswer && event.nanos() - inForceNanos >= 0 && until - inForceNanos >= 0;
    }

    private boolean isOver(long nanos) {
        return injection.isHealed() && nanos - injection.healedNanos() > 0;
    }

    /** Whether an effect shows in such an event. */
    private boolean shows(Met met, Event event) {
        boolean inForce = event.afterNanos() - injection.inForceNanos(met.effect()) >= 0;
        boolean begun = event.nanos() - injection.beganNanos() >= 0;
        What what = event.what();
        return switch (met.impact()) {
            case SILENCES ->
                inForce
                        && EnumSet.of(What.SENT, What.CONNECTING, What.UNANSWERED, What.ENDED)
                                .contains(what);
            case REFUSES ->
                what == What.ENDED
                        ? begun
                        : inForce
                                && EnumSet.of(What.SENT, What.CONNECTING, What.UNANSWERED)
                                        .contains(what);
            case STOPS -> what == What.ENDED ? begun : inForce && what != What.RECEIVED && what != What.CLOSED;
            case DETACHES ->
                what == What.ENDED
                        ? begun
                        : inForce
                                && EnumSet.of(What.WAITING, What.CONNECTING, What.UNANSWERED)
                                        .contains(what);
            case DEGRADES -> what == What.ENDED ? begun : inForce;
        };
    }

    /** What a client that only listens hears no more. */
    private Optional<String> deaf(Evidence evidence) {
        return evidence.total() == 0
                ? Optional.empty()
                : activity.deafSince(injection.inForceNanos())
                        .filter(event -> met.apply(event).stream().anyMatch(each -> each.impact() == Impact.SILENCES))
                        .map(Event::describe);
    }

    /** Who is refused at once leaves no socket to look at, but says so. */
    private Optional<String> ownWord(Evidence evidence, Optional<FailureClass> failure) {
        return failure.filter(OWN_WORD::contains)
                .filter(how -> evidence.total() > 0 && injection.reach().ends() && !activity.isEmpty())
                .map(how -> "it says that it failed by " + how);
    }
}
