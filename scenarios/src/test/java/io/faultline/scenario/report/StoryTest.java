package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.journal.Event.Kind;
import io.faultline.scenario.Result;
import io.faultline.scenario.Variant;
import io.faultline.verify.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoryTest {

    private static final String CUT = "Partition[\"redis\"]";

    @Test
    void cutsAFaultIntoTheTimesInWhichItWasInForce() {
        Result result = told().of(-10, Kind.INJECT, 1, CUT)
                .of(0, Kind.IN_FORCE, 1, CUT)
                .of(400, Kind.LIFTED, 1, CUT)
                .of(1000, Kind.IN_FORCE, 1, CUT)
                .of(1400, Kind.HEALED, 1, CUT)
                .verdict(2000, Outcome.HELD, "held");

        assertThat(bands(result, Lane.Sort.FAULT))
                .containsExactly("COMING -10 0", "IN_FORCE 0 400", "LIFTED 400 1000", "IN_FORCE 1000 1400");
    }

    @Test
    void givesTheSameFaultALaneForEachInjection() {
        Result result = told().of(0, Kind.IN_FORCE, 1, CUT)
                .of(10, Kind.HEALED, 1, CUT)
                .of(20, Kind.IN_FORCE, 2, CUT)
                .of(30, Kind.HEALED, 2, CUT)
                .verdict(40, Outcome.HELD, "held");

        assertThat(lanes(result, Lane.Sort.FAULT))
                .hasSize(2)
                .allSatisfy(lane -> assertThat(lane.name()).isEqualTo(CUT));
        assertThat(bands(result, Lane.Sort.FAULT)).containsExactly("IN_FORCE 0 10", "IN_FORCE 20 30");
    }

    @Test
    void leavesAFaultThatWasNeverHealedInForceToTheEnd() {
        Result result = told().of(0, Kind.IN_FORCE, 1, CUT).verdict(100, Outcome.BROKEN, "broken");

        assertThat(lanes(result, Lane.Sort.FAULT).get(0).bands().get(0).to())
                .isEqualTo(Story.of(result).to());
    }

    @Test
    void keepsAProbesStateUntilItChanges() {
        Result result = told().of(0, Kind.IN_FORCE, 1, CUT)
                .probe(10, "work", "client", true, "200")
                .probe(500, "work", "client", false, "503")
                .probe(10, "health", "client", true, "200")
                .verdict(1000, Outcome.HELD, "held");

        assertThat(lanes(result, Lane.Sort.PROBE))
                .extracting(Lane::name)
                .containsExactlyInAnyOrder("work (client)", "health (client)");
        assertThat(bands(result, Lane.Sort.PROBE)).contains("WELL 10 500", "UNWELL 500 1040");
    }

    @Test
    void tellsNothingOfTheTimeInWhichNobodyLooked() {
        Result result = told().of(0, Kind.IN_FORCE, 1, CUT)
                .lastLook(-100, 20, "work", "client")
                .probe(300, "work", "client", true, "200")
                .lastLook(500, 20, "work", "client")
                .verdict(1000, Outcome.HELD, "held");

        assertThat(bands(result, Lane.Sort.PROBE)).containsExactly("WELL -120 -100", "WELL 300 500");
    }

    @Test
    void marksTheLimitOfWhatWasExpectedWhereItIsInThePicture() {
        Result near = told().bounds(500, 0, 0).of(0, Kind.IN_FORCE, 1, CUT).verdict(1000, Outcome.BROKEN, "broken");
        Result far = told().bounds(5000, 0, 0).of(0, Kind.IN_FORCE, 1, CUT).verdict(1000, Outcome.HELD, "held");

        assertThat(bands(near, Lane.Sort.CLIENT)).containsExactly("ALLOWED 0 500");
        assertThat(lanes(near, Lane.Sort.CLIENT).get(0).marks())
                .extracting(Mark::sign)
                .containsExactly(Mark.Sign.LIMIT);
        assertThat(lanes(far, Lane.Sort.CLIENT).get(0).marks()).isEmpty();
    }

    @Test
    void showsALittleOfWhatWasBeforeTheFault() {
        Result result = told().at(-60_000, Kind.NOTE, "starting the system")
                .of(0, Kind.IN_FORCE, 1, CUT)
                .verdict(6000, Outcome.HELD, "held");

        assertThat(Story.of(result).from()).isEqualTo(Duration.ofMillis(-1000));
    }

    @Test
    void hasALengthThoughAllWasAtOnceOrNothingWas() {
        for (Result result : List.of(SampleReport.instant(), SampleReport.empty())) {
            Story story = Story.of(result);
            assertThat(story.to()).isGreaterThan(story.from());
        }
        assertThat(Story.of(SampleReport.empty()).fromFault()).isFalse();
    }

    private static Told told() {
        return new Told("a-scenario", Variant.NAIVE, "jedis-worker", "title", "why");
    }

    private static List<Lane> lanes(Result result, Lane.Sort sort) {
        return Story.of(result).lanes().stream()
                .filter(lane -> lane.sort() == sort)
                .toList();
    }

    private static List<String> bands(Result result, Lane.Sort sort) {
        return lanes(result, sort).stream()
                .flatMap(lane -> lane.bands().stream())
                .map(band -> band.state() + " " + band.from().toMillis() + " "
                        + band.to().toMillis())
                .toList();
    }
}
