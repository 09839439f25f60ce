package io.faultline.reference;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/** Does a unit every now and then, for which nobody asks and nobody waits. */
final class BackgroundUnits {

    static final Unit UNIT = new Unit("background", Duration.ZERO, 0);

    private static final Duration EVERY = Duration.ofMillis(500);

    private final DataSource pool;
    private final Transaction transaction;
    private final Output output;
    private Optional<Connection> kept = Optional.empty();
    private volatile boolean done;

    BackgroundUnits(DataSource pool, Transaction transaction, Output output) {
        this.pool = pool;
        this.transaction = transaction;
        this.output = output;
        Thread worker = new Thread(this::run, "background");
        worker.setDaemon(true);
        worker.start();
    }

    /** Whether the last one was. */
    boolean isDone() {
        return done;
    }

    private void run() {
        try {
            while (true) {
                tell(work());
                Pause.of(EVERY);
            }
        } catch (InterruptedException e) {
            return; // nobody interrupts it
        }
    }

    private void tell(Optional<SQLException> failure) {
        failure.ifPresent(e -> output.say((done ? "lost: " : "background unit failed: ") + e.getMessage()));
        if (failure.isEmpty() && !done) {
            output.say("connected");
        }
        done = failure.isEmpty();
    }

    private Optional<SQLException> work() {
        try {
            if (Naive.POOL) {
                workOnItsOwn();
            } else {
                workOnBorrowed();
            }
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(e);
        }
    }

    private void workOnBorrowed() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            transaction.run(connection);
        }
    }

    // Never given back, so never looked at by the pool, which would replace it.
    private void workOnItsOwn() throws SQLException {
        if (kept.isEmpty()) {
            kept = Optional.of(pool.getConnection());
        }
        transaction.run(kept.get());
    }

    /** What is done on a connection. */
    interface Transaction {
        void run(Connection connection) throws SQLException;
    }
}
