package io.faultline.truth;

import static io.faultline.truth.Case.right;
import static io.faultline.truth.Case.wrong;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.faultline.fault.Fault;
import io.faultline.fault.stream.ClosedStream;
import io.faultline.fault.stream.LimitedStream;
import io.faultline.fault.stream.ResetStream;
import io.faultline.fault.stream.SlicedStream;
import io.faultline.fault.stream.SlowStream;
import io.faultline.fault.stream.StalledStream;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.Target;
import io.faultline.truth.Talker.Manner;
import io.faultline.verify.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Faults of the stream through a proxy. */
final class StreamCases {

    private static final String FAMILY = "stream";
    private static final Cause[] NOT_THE_CLIENTS = {Cause.CLIENT_NOT_AFFECTED, Cause.NO_EFFECT, Cause.BYPASSED};

    private record Named(String name, Function<Target, Fault> of) {}

    private static final List<Named> FAULTS = List.of(
            new Named("a slow stream", target -> SlowStream.of(target).latency(ofSeconds(1))),
            new Named("a stalled stream", StalledStream::of),
            new Named("a reset stream", target -> ResetStream.of(target)),
            new Named("a closed stream", ClosedStream::of),
            new Named("a limited stream", target -> LimitedStream.of(target).to(10)),
            new Named(
                    "a sliced stream", target -> SlicedStream.of(target).into(1).pausing(ofMillis(600))));

    private StreamCases() {}

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        for (Named fault : FAULTS) {
            all.add(right(FAMILY, fault.name(), stage -> {
                Talker client = through(stage, Manner.BUSY);
                stage.faultline()
                        .during(fault.of().apply(stage.t()))
                        .expect("the client notices", client::isDown)
                        .within(ofSeconds(8))
                        .afterHealing("it goes on", client::isUp)
                        .within(ofSeconds(15));
            }));
            all.add(wrong(
                    FAMILY,
                    fault.name() + " that a neighbour's connection takes and the client's does not",
                    stage -> {
                        stage.direct(Manner.BUSY);
                        StreamRoute route = stage.route();
                        stage.session(stage.client()).tell("talk " + route.host() + " " + route.port() + " busy");
                        stage.faultline()
                                .during(fault.of().apply(stage.t()))
                                .expect("the client notices", stage.timer())
                                .within(ofSeconds(6));
                    },
                    NOT_THE_CLIENTS));
        }
        return all;
    }

    private static Talker through(Stage stage, Manner manner) {
        StreamRoute route = stage.route();
        return stage.to(route.host(), route.port(), manner);
    }
}
