package io.faultline.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.effect.Count;
import io.faultline.effect.Count.Direction;
import io.faultline.effect.Count.EvidenceUnit;
import io.faultline.effect.Impact;
import io.faultline.inject.Evidence;
import io.faultline.inject.Injection;
import io.faultline.inject.Reach.Met;
import io.faultline.observe.Client;
import io.faultline.observe.ClientActivity;
import io.faultline.observe.FailureClass;
import io.faultline.topology.Leg;
import io.faultline.world.FakeEffect;
import io.faultline.world.FakeFault;
import io.faultline.world.Sockets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client says of how it failed, and when that is believed. */
class BelievedClientTest {

    private static final Client JVM = new Client("this JVM", Optional.empty(), Optional.of(() -> Sockets.seen(0)));

    private final Lab lab = new Lab();
    private final ClientActivity activity = new ClientActivity();
    private Injection injection = lab.injector.inject(Lab.CUT);

    @ParameterizedTest
    @EnumSource
    void believesAClientThatSaysHowItWasRefused(FailureClass how) {
        refuse();
        look(injection.inForceNanos() + 1, Sockets.idle());

        assertThat(says(how).isPresent())
                .isEqualTo(
                        EnumSet.of(FailureClass.REFUSED, FailureClass.RESET, FailureClass.EOF, FailureClass.UNREACHABLE)
                                .contains(how));
    }

    @Test
    void doesNotBelieveItWhereTheFaultOnlySilences() {
        look(injection.inForceNanos() + 1, Sockets.idle());

        assertThat(says(FailureClass.REFUSED)).isEmpty();
    }

    @Test
    void doesNotBelieveAClientThatNeverHadAConnectionThere() {
        refuse();
        look(injection.inForceNanos() + 1);

        assertThat(says(FailureClass.REFUSED)).isEmpty();
    }

    @Test
    void doesNotBelieveWhatItSaysAfterTheFault() {
        refuse();
        look(injection.inForceNanos() + 1, Sockets.idle());
        injection.heal();

        assertThat(says(FailureClass.REFUSED)).isEmpty();
    }

    private void refuse() {
        injection.heal();
        injection = lab.injector.inject(FakeFault.of("Refuse", FakeEffect.in(1).that(Impact.REFUSES)));
    }

    private Optional<String> says(FailureClass how) {
        return new Attribution(JVM, injection, activity, event -> met(Impact.REFUSES), Lab.flows(injection))
                .affected(packets(3), injection.isHealed() ? farOff() : System.nanoTime(), Optional.of(how));
    }

    private void look(long nanos, Sockets... sockets) {
        look(activity, nanos, sockets);
    }

    private static void look(ClientActivity activity, long nanos, Sockets... sockets) {
        activity.look(nanos, Sockets.seen(nanos + 1, sockets));
    }

    private static long farOff() {
        return System.nanoTime() + Duration.ofMinutes(1).toNanos();
    }

    private static Evidence packets(long number) {
        return evidence(EvidenceUnit.DROPPED, number);
    }

    private static Evidence evidence(EvidenceUnit unit, long number) {
        return new Evidence(
                List.of(new Count(Leg.Kind.CONTAINER, Direction.IN, unit, number, number)), Optional.empty());
    }

    private Set<Met> met(Impact impact) {
        return Set.of(new Met(injection.reach().effects().get(0), impact));
    }
}
