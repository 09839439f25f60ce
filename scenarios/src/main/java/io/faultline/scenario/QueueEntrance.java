package io.faultline.scenario;

import java.time.Duration;
import java.util.Optional;

/** Asks a worker for work through its queue in Redis. */
final class QueueEntrance implements Entrance {

    private static final String SILENCE = "Redis does not answer";

    private final ReferenceContainer worker;
    private final Ledger ledger;

    QueueEntrance(ReferenceContainer worker, Ledger ledger) {
        this.worker = worker;
        this.ledger = ledger;
    }

    @Override
    public Work work(Duration takes) {
        String name = ledger.next();
        return new Work() {
            @Override
            public void begin() {
                ledger.push(name + " " + takes.toMillis());
            }

            @Override
            public boolean isBegun() {
                return ledger.state(name).isPresent();
            }

            @Override
            public boolean isDone() {
                return ledger.state(name).equals(Optional.of("done"));
            }

            @Override
            public boolean isRefused() {
                return false; // a queue takes everything
            }
        };
    }

    /** In its log: there is nobody else to tell. */
    @Override
    public boolean hasToldOfSilence() {
        return worker.log().contains(SILENCE);
    }
}
