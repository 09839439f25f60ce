package io.faultline.truth;

import io.faultline.docker.DockerRun;
import io.faultline.verify.BrokenError;
import io.faultline.verify.InconclusiveError;
import io.faultline.verify.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Carries cases out, on containers that it keeps for the next one. Thread-safe. */
public final class Theatre implements AutoCloseable {

    private static final int AT_ONCE = 4;

    private final DockerRun run = DockerRun.open();
    private final Deque<Troupe> free = new ArrayDeque<>();
    private final Deque<Troupe> all = new ArrayDeque<>();
    private final Member host = Member.onTheHost();
    /** Each has a network, of which an engine has some thirty to give. */
    private final Semaphore atOnce = new Semaphore(AT_ONCE);

    private boolean closed;

    /** Starts the agent and whatever all cases share. */
    public Theatre() {
        host.start();
        run.agent();
    }

    /** The run that all is injected in. */
    public DockerRun run() {
        return run;
    }

    /** Carries one case out. */
    public Result play(Case each) {
        atOnce.acquireUninterruptibly();
        try {
            return playAlone(each);
        } finally {
            atOnce.release();
        }
    }

    private Result playAlone(Case each) {
        long began = System.nanoTime();
        Troupe troupe = take();
        Stage stage = new Stage(troupe, run);
        Optional<Outcome> outcome = Optional.of(Outcome.HELD);
        String said = "";
        try (stage) {
            each.body().run(stage);
        } catch (BrokenError e) {
            outcome = Optional.of(Outcome.BROKEN);
            said = String.valueOf(e.getMessage());
        } catch (InconclusiveError e) {
            outcome = Optional.of(Outcome.INCONCLUSIVE);
            said = String.valueOf(e.getMessage());
        } catch (Exception | AssertionError e) {
            outcome = Optional.empty();
            said = stack(e);
        } finally {
            giveBack(troupe);
        }
        return new Result(each, outcome, stage.cause(), said, System.nanoTime() - began);
    }

    private static String stack(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private Troupe take() {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("The theatre is closed.");
            }
            if (!free.isEmpty()) {
                return free.pop();
            }
        }
        Troupe made = new Troupe(host);
        synchronized (this) {
            all.add(made);
            if (!closed) {
                return made;
            }
        }
        made.close();
        throw new IllegalStateException("The theatre is closed.");
    }

    private void giveBack(Troupe troupe) {
        boolean wasInterrupted = Thread.interrupted(); // else no container could be removed
        try {
            takeBack(troupe);
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void takeBack(Troupe troupe) {
        boolean well = troupe.isWell();
        synchronized (this) {
            if (well && !closed) {
                free.push(troupe);
                return;
            }
            all.remove(troupe);
        }
        troupe.close();
    }

    /** Heals all, and removes all containers. */
    @Override
    public void close() {
        Deque<Troupe> left;
        synchronized (this) {
            closed = true;
            left = new ArrayDeque<>(all);
            all.clear();
        }
        try (run;
                host) {
            left.forEach(Troupe::close);
        }
    }
}
