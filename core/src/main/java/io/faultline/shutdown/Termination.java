package io.faultline.shutdown;

import io.faultline.effect.SignalName;
import io.faultline.inject.ShutdownWatch;
import io.faultline.journal.Event.Kind;
import io.faultline.journal.Journal;
import io.faultline.journal.Timeline;
import io.faultline.observe.Condition;
import io.faultline.observe.ExitStatuses;
import io.faultline.verify.BrokenError;
import io.faultline.verify.InconclusiveError;
import io.faultline.verify.Unfinished;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Tells a container to stop, as {@code docker stop} does, and expects that it does so gracefully. Nothing is sent until
 * {@link #within} is called. For one thread.
 */
public final class Termination {

    private final String target;
    private final ShutdownWatch.Beginning beginning;
    private final StopExecution execution;
    private final Journal journal;
    private Optional<String> signal = Optional.empty();
    private Set<Integer> exitCodes = Set.of(0);
    private Optional<String> lastLogLine = Optional.empty();
    private Optional<Duration> again = Optional.empty();
    private Optional<Step> beforeSignal = Optional.empty();
    private Optional<Verdict> verdict = Optional.empty();
    private boolean alone;
    private final Unfinished begun;
    private volatile boolean sent; // asked by the thread that ends the test
    private volatile Optional<Thread> waiting = Optional.empty();

    /** @param target what reports call it */
    @API(status = Status.INTERNAL)
    public Termination(String target, ShutdownWatch.Beginning beginning, ExitStatuses exitStatuses, Journal journal) {
        this.target = target;
        this.beginning = beginning;
        this.execution = new StopExecution(target, exitStatuses, journal);
        this.journal = journal;
        this.begun = new Unfinished("terminate(" + target + ")");
    }

    /**
     * Another signal than the container's own stop signal, which is SIGTERM unless its image (STOPSIGNAL) or the command that started it
     * (--stop-signal, "stop_signal" in Compose) says otherwise.
     *
     * @param name {@code SIGINT}, {@code QUIT}, {@code WINCH}, {@code RTMIN+3}; with SIG before it or without
     * @throws IllegalArgumentException if there is none of this name, or no program can handle it: SIGKILL, SIGSTOP
     */
    public Termination signal(String name) {
        signal = Optional.of(SignalName.gracefulStop(name));
        return this;
    }

    /** Exit codes that are right; 0 unless set. A JVM whose shutdown hooks have run ends with 143. */
    public Termination exitCode(int code, int... others) {
        Set<Integer> codes = new TreeSet<>(Set.of(code));
        Arrays.stream(others).forEach(codes::add);
        exitCodes = codes;
        return this;
    }

    /** Expects this text in one of the last 20 lines of its log. */
    public Termination lastLogLine(String containing) {
        lastLogLine = Optional.of(containing);
        return this;
    }

    /** Sends the signal a second time, as impatient people do: a good shutdown is not cut short by it. */
    public Termination repeatSignalAfter(Duration later) {
        again = Optional.of(later);
        return this;
    }

    /**
     * Does this when the signal can be sent at once: to begin work that is to be under way then. Finding a container takes half
     * a second, or longer on a busy machine, and short work would be over.
     */
    public Termination beforeSignal(Step step) {
        beforeSignal = Optional.of(step);
        return this;
    }

    /** Something to do. */
    @FunctionalInterface
    public interface Step {

        /**
         * Does it.
         *
         * @throws Exception if it could not be done: then no signal is sent, and nothing was learned
         */
        void run() throws Exception;
    }

    /**
     * Expects that this load's requests are answered to the end if they had begun when the signal was sent. The load begins
     * before that, and ends with the container.
     */
    public Termination whileServing(HttpLoad load) {
        execution.add(load);
        return this;
    }

    /**
     * Expects that all is done, once it has ended, that it had accepted until then.
     *
     * @param what it is, in the plural: {@code "jobs"}
     * @param accepted how many it has accepted so far
     * @param done how many of them are done so far
     */
    public Termination finishing(String what, LongSupplier accepted, LongSupplier done) {
        execution.add(new CountedWork(what, accepted, done));
        return this;
    }

    /**
     * Expects that one piece of work is finished which is under way at the signal: a request is answered, a job is done. It is
     * looked for until a second after the container's end.
     *
     * @param what in words: {@code "the request is answered"}
     */
    public Termination finishing(String what, Condition done) {
        execution.add(new AwaitedWork(what, done));
        return this;
    }

    /**
     * Expects that no process is left when the first one ends: the kernel kills it with SIGKILL then, or, where the container has
     * no process ids of its own, it goes on.
     */
    public Termination withoutOrphans() {
        alone = true;
        return this;
    }

    /**
     * Sends the signal to the container's first process and waits for its end. The container is not killed if it does not
     * end.
     *
     * @throws BrokenError if it did not end in time, with another exit code, with connections reset, or without its last line,
     *     or if it did not do what else was expected
     * @throws InconclusiveError if something of that cannot be known, or if the signal cannot be why it ended
     * @throws IllegalArgumentException if the bound is not positive
     * @throws IllegalStateException if this has been called before
     * @throws io.faultline.topology.TargetException if there is no such running container
     * @throws io.faultline.agent.AgentException if the signal cannot be sent
     */
    public Shutdown within(Duration bound) {
        if (bound.isNegative() || bound.isZero()) {
            throw new IllegalArgumentException("within(" + bound + "): the bound must be longer than zero.");
        }
        if (sent) {
            throw new IllegalStateException(target + " was stopped already. Call terminate(…) again.");
        }
        waiting = Optional.of(Thread.currentThread());
        sent = true;
        try {
            return sendAndJudge(bound);
        } catch (BrokenError | InconclusiveError e) {
            throw journal.errors().raise(e);
        } finally {
            waiting = Optional.empty();
        }
    }

    private Shutdown sendAndJudge(Duration bound) {
        ShutdownWatch.Found found = beginning.find();
        StopSignal sending = StopSignal.of(target, signal, found.stopSignal());
        beforeSignal.ifPresent(this::take);
        try {
            StopExecution.Result result = execution.run(found, sending, again, bound);
            ShutdownJudge judge = new ShutdownJudge(
                    target, sending, bound, exitCodes, lastLogLine, alone, result.seen(), result.restartPolicy());
            conclude(judge.judge(result.shutdown()));
            return result.shutdown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InconclusiveError("Interrupted while " + target + " was stopping.", e);
        }
    }

    /** From the signal to the end of its first process; empty if it has not ended. */
    public Optional<Duration> timeToEnd() {
        return execution.timeToEnd();
    }

    /** Empty until it was judged. */
    public Optional<Verdict> verdict() {
        return verdict;
    }

    /**
     * What is missing for this to mean anything, with the line that began it: a bound, or the end of a wait in another thread.
     * Empty if nothing is. For any thread.
     */
    public Optional<IllegalStateException> unfinished() {
        return sent
                ? waiting.map(thread -> begun.waiting("The end of " + target, thread, Optional.empty()))
                : Optional.of(begun.lacking(
                        "terminate(" + target + ") was given no bound, so nothing was sent. Add .within(…)."));
    }

    private void take(Step step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InconclusiveError("Interrupted just before " + target + " was stopped.", e);
        } catch (Exception e) {
            throw new InconclusiveError("What was to be done just before the signal failed: " + e, e);
        }
    }

    private void conclude(Verdict reached) {
        verdict = Optional.of(reached);
        journal.record(
                Kind.VERDICT,
                reached.toString(),
                Map.of("outcome", reached.outcome().name()));
        String message = reached + System.lineSeparator() + Timeline.of(journal);
        switch (reached.outcome()) {
            case HELD -> {}
            case BROKEN -> throw new BrokenError(message);
            case INCONCLUSIVE -> throw new InconclusiveError(message);
        }
    }
}
