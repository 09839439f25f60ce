package io.faultline.fault;

import static io.faultline.world.ResolvedTargets.TARGET;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.Schedule.Action;
import io.faultline.fault.Schedule.Step;
import io.faultline.fault.packet.PacketLoss;
import io.faultline.fault.packet.Partition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final Fault CUT = Partition.of(TARGET);
    private static final Duration LIMIT = ofMinutes(5);

    @Test
    void hasNothingToDoUnlessAsked() {
        assertThat(CUT.schedule().steps(LIMIT)).isEmpty();
        assertThat(CUT.schedule().startsLater()).isFalse();
        assertThat(CUT.schedule().end()).isEmpty();
    }

    @Test
    void beginsLaterAndEndsThatMuchAfterItsBeginning() {
        Schedule schedule = CUT.after(ofSeconds(2)).lasting(ofSeconds(3)).schedule();

        assertThat(told(schedule)).containsExactly("RESTORE at 2000", "HEAL at 5000");
        assertThat(schedule.startsLater()).isTrue();
        assertThat(schedule.end()).contains(ofSeconds(5));
    }

    @Test
    void pulsesUntilItsEnd() {
        assertThat(told(CUT.pulse(ofMillis(300), ofMillis(200))
                        .lasting(ofSeconds(1))
                        .schedule()))
                .containsExactly("LIFT at 300", "RESTORE at 500", "LIFT at 800", "HEAL at 1000");
        assertThat(told(CUT.lasting(ofSeconds(1))
                        .pulse(ofMillis(300), ofMillis(200))
                        .after(ofMillis(100))
                        .schedule()))
                .containsExactly("RESTORE at 100", "LIFT at 400", "RESTORE at 600", "LIFT at 900", "HEAL at 1100");
    }

    @Test
    void pulsesForAsLongAsAFaultCanBeOpen() {
        List<Step> steps = CUT.pulse(ofSeconds(1), ofSeconds(1)).schedule().steps(LIMIT);

        assertThat(steps).hasSize(299).allMatch(step -> step.at().compareTo(LIMIT) < 0);
    }

    @Test
    void rampsInQuartersOfASecondToTheValueItself() {
        Ramp ramp = Ramp.of(10, 20, ofSeconds(1), percent -> PacketLoss.random(TARGET, percent));

        assertThat(ramp.schedule().tunings())
                .extracting(tuning -> tuning.at().toMillis() + " " + tuning.to())
                .containsExactly(
                        "250 PacketLoss[\"redis\", 12.5 %]",
                        "500 PacketLoss[\"redis\", 15 %]",
                        "750 PacketLoss[\"redis\", 17.5 %]",
                        "1000 PacketLoss[\"redis\", 20 %]");
        assertThat(ramp).hasToString("PacketLoss[\"redis\", 10 %], going from 10.0 to 20.0 over 1.0 s");
        assertThat(told(ramp.after(ofSeconds(1)).lasting(ofSeconds(2)).schedule()))
                .containsExactly(
                        "RESTORE at 1000",
                        "RETUNE at 1250",
                        "RETUNE at 1500",
                        "RETUNE at 1750",
                        "RETUNE at 2000",
                        "HEAL at 3000");
    }

    @Test
    void rampsInAtMostFortyStepsAndAtLeastOne() {
        assertThat(Ramp.of(0, 1, ofMinutes(4), value -> CUT).schedule().tunings())
                .hasSize(40)
                .last()
                .extracting(Schedule.Tuning::at)
                .isEqualTo(ofMinutes(4));
        assertThat(Ramp.of(0, 1, ofMillis(1), value -> CUT).schedule().tunings())
                .singleElement()
                .extracting(Schedule.Tuning::at)
                .isEqualTo(ofMillis(1));
    }

    @Test
    void tellsItsScheduleInItsName() {
        assertThat(CUT.after(ofSeconds(2)).pulse(ofMillis(1500), ofSeconds(1)).lasting(ofSeconds(30)))
                .hasToString("Partition[\"redis\"] after 2 s, lasting 30 s, pulsing 1500 ms on, 1 s off");
    }

    @Test
    void refusesTimesThatMakeNoSense() {
        assertThatThrownBy(() -> CUT.after(ofSeconds(-1))).hasMessageContaining("after(-1 s)");
        assertThatThrownBy(() -> CUT.lasting(Duration.ZERO)).hasMessageContaining("lasting(0 s)");
        assertThatThrownBy(() -> CUT.pulse(ofMillis(9), ofSeconds(1))).hasMessageContaining("at least 10 ms");
        assertThatThrownBy(() -> CUT.pulse(ofSeconds(1), ofMillis(9))).hasMessageContaining("at least 10 ms");
        assertThatThrownBy(() -> Ramp.of(1, 2, Duration.ZERO, value -> CUT)).hasMessageContaining("takes more than no");
    }

    private static List<String> told(Schedule schedule) {
        return schedule.steps(LIMIT).stream().map(ScheduleTest::told).toList();
    }

    private static String told(Step step) {
        assertThat(step.to().isPresent()).isEqualTo(step.action() == Action.RETUNE);
        return step.action() + " at " + step.at().toMillis();
    }
}
