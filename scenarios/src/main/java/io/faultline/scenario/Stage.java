package io.faultline.scenario;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.fault.Fault;
import io.faultline.inject.Injection;
import io.faultline.journal.Event.Kind;
import io.faultline.observe.Condition;
import io.faultline.observe.Detection;
import io.faultline.observe.Watch;
import io.faultline.verify.Termination;
import io.faultline.verify.Trial;
import io.faultline.verify.Verdict;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What one scenario is played with: an engine, the settings, and a record of what happens. For one thread. */
public final class Stage {

    private final DockerRun run;
    private final Settings settings;
    private final Progress progress;
    private final Faultline faultline;
    private Optional<Trial> trial = Optional.empty();
    private Optional<Termination> termination = Optional.empty();

    Stage(DockerRun run, Settings settings, Progress progress, Faultline faultline) {
        this.run = run;
        this.settings = settings;
        this.progress = progress;
        this.faultline = faultline;
    }

    DockerRun run() {
        return run;
    }

    Settings settings() {
        return settings;
    }

    /** Says that something is prepared that takes a while. */
    void prepares(String what) {
        progress.prepares(what);
    }

    /** Says what is waited for next. */
    void waitsFor(String what, Duration bound) {
        progress.waitsFor(what, bound);
    }

    /** Adds to the record what a reader of the report should know. */
    void note(String text) {
        faultline.journal().record(Kind.NOTE, text, Map.of());
    }

    /**
     * Waits until the system does what it should before anything is done to it.
     *
     * @throws NotSteadyException if it does not within the bound
     */
    void awaitSteady(String what, Condition condition, Duration bound) throws InterruptedException {
        waitsFor(what, bound);
        long began = System.nanoTime();
        Detection seen = Watch.until(condition, began, began + bound.toNanos())
                .orElseThrow(() -> new NotSteadyException("Before any fault, \"" + what
                        + "\" did not come true within " + bound.toSeconds()
                        + " s. Is this machine overloaded, or does a firewall stand before published ports?"));
        faultline
                .journal()
                .record(
                        Kind.STEADY,
                        seen.firstAfterNanos(),
                        String.format(
                                Locale.ROOT,
                                "%s (%.3f s)",
                                what,
                                seen.after(began).toNanos() / 1e9),
                        Map.of());
    }

    /**
     * Starts the reference system that was chosen, with its Redis.
     *
     * @param weakness what the naive one leaves at its default, and this scenario shows
     */
    ReferenceSystem startSystem(Weakness weakness) {
        Reference kind = settings.system().orElseThrow();
        prepares("starting the reference system (" + kind + " and its Redis)");
        return ReferenceSystem.start(
                run, kind, settings.client() == Client.NAIVE ? Optional.of(weakness) : Optional.empty());
    }

    /** Injects a fault under which something else is judged than a trial of it. */
    Injection inject(Fault fault) throws InterruptedException {
        Injection injection = faultline.inject(fault);
        injection.awaitInForce();
        return injection;
    }

    /**
     * Waits until somebody has met the fault.
     *
     * @throws io.faultline.inject.NoEffectError if nobody does within the bound
     */
    void awaitBite(Injection injection, Duration bound) throws InterruptedException {
        waitsFor("somebody meets the fault", bound);
        long now = System.nanoTime();
        if (Watch.until(() -> injection.evidenceSoFar().bit(), now, now + bound.toNanos())
                .isEmpty()) {
            injection.close(); // which tells what to look for
        }
    }

    /** Begins the shutdown that this scenario is judged by, with the exit code that is right for the system. */
    Termination terminate(ReferenceSystem system) {
        Termination begun = faultline.terminate(system.target()).exitCode(system.exitCode());
        termination = Optional.of(begun);
        return begun;
    }

    /** Begins the trial that this scenario is judged by. */
    Trial during(Fault fault) {
        Trial begun = faultline.during(fault);
        trial = Optional.of(begun);
        return begun;
    }

    Optional<Trial> trial() {
        return trial;
    }

    Optional<Termination> termination() {
        return termination;
    }

    /** What was judged last: the shutdown, or else the trial. */
    Optional<Verdict> verdict() {
        return termination.flatMap(Termination::verdict).or(() -> trial.flatMap(Trial::verdict));
    }
}
