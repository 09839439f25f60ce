package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.journal.Event.Kind;
import io.faultline.scenario.Result;
import io.faultline.scenario.Variant;
import io.faultline.verify.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineModelTest {

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
                .isEqualTo(TimelineModel.of(result).axis().to());
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

        assertThat(TimelineModel.of(result).axis().from()).isEqualTo(Duration.ofMillis(-1000));
    }

    @Test
    void hasALengthThoughAllWasAtOnceOrNothingWas() {
        for (Result result : List.of(EdgeCases.instant(), EdgeCases.empty())) {
            TimelineModel timeline = TimelineModel.of(result);
            assertThat(timeline.axis().to()).isGreaterThan(timeline.axis().from());
        }
        assertThat(TimelineModel.of(EdgeCases.empty()).fromFault()).isFalse();
    }

    private static Told told() {
        return new Told("a-scenario", Variant.NAIVE, "jedis-worker", "title", "why");
    }

    private static List<Lane> lanes(Result result, Lane.Sort sort) {
        return TimelineModel.of(result).lanes().stream()
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

    private static Told call(Told told, double at, double took, int process, int number, String completion) {
        String nanos = Long.toString(Math.round(took * 1e6));
        return told.at(
                at,
                Kind.OPERATION,
                "process " + process + " add(\"orders\", \"" + number + "\"): " + completion,
                "process",
                Integer.toString(process),
                "number",
                Integer.toString(number),
                "completion",
                completion,
                "took_ns",
                nanos);
    }

    @Test
    void givesEachProcessALaneOfItsCalls() {
        Told told = told().of(0, Kind.IN_FORCE, 1, CUT);
        call(told, 100, 20, 1, 1, "ok");
        call(told, 200, 300, 1, 3, "unknown");
        call(told, 600, 20, 1, 4, "failed");
        call(told, 150, 20, 2, 2, "ok");
        Result result = told.verdict(1000, Outcome.HELD, "held");

        assertThat(lanes(result, Lane.Sort.CALLS))
                .extracting(Lane::name)
                .containsExactly("of process 1", "of process 2");
        assertThat(bands(result, Lane.Sort.CALLS))
                .containsExactly("DONE 100 120", "UNKNOWN 200 500", "FAILED 600 620", "DONE 150 170");
    }

    @Test
    void drawsOneBandForCallsThatCannotBeToldApart() {
        Told told = told().of(0, Kind.IN_FORCE, 1, CUT);
        for (int i = 0; i < 500; i++) {
            call(told, i * 2, 1, 1, i, "ok");
        }
        call(told, 1000, 1, 1, 500, "failed");
        Result result = told.verdict(2000, Outcome.HELD, "held");

        assertThat(bands(result, Lane.Sort.CALLS)).containsExactly("DONE 0 999", "FAILED 1000 1001");
        assertThat(lanes(result, Lane.Sort.CALLS).get(0).bands().get(0).text()).startsWith("500 calls");
    }

    @Test
    void showsOnlySoManyProcesses() {
        Told told = told().of(0, Kind.IN_FORCE, 1, CUT);
        for (int i = 1; i <= 20; i++) {
            call(told, i, 1, i, i, "ok");
        }
        Result result = told.verdict(2000, Outcome.HELD, "held");

        assertThat(lanes(result, Lane.Sort.CALLS)).hasSize(OperationLanes.MOST_LANES);
        assertThat(lanes(result, Lane.Sort.CALLS).get(7).name()).isEqualTo("of process 8 (12 more)");
    }

    @Test
    void aCallThatNeverEndedGoesOnToTheEndUnlessItEndedLater() {
        Told told = told().of(0, Kind.IN_FORCE, 1, CUT);
        told.at(100, Kind.OPERATION, "runs", "process", "1", "number", "1", "completion", "unknown");
        told.at(200, Kind.OPERATION, "runs", "process", "2", "number", "2", "completion", "unknown");
        call(told, 200, 50, 2, 2, "ok");
        Result result = told.verdict(1000, Outcome.HELD, "held");

        assertThat(bands(result, Lane.Sort.CALLS)).containsExactly("UNKNOWN 100 1040", "DONE 200 250");
    }
}
