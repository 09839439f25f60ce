package io.faultline;

import io.faultline.agent.AgentException;
import io.faultline.docker.DockerRun;
import io.faultline.docker.EnvironmentCheck;
import io.faultline.docker.container.ContainerExitStatuses;
import io.faultline.docker.engine.EngineException;
import io.faultline.fault.CompositeFault;
import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.history.History;
import io.faultline.inject.ClashException;
import io.faultline.inject.HealFailedException;
import io.faultline.inject.Injection;
import io.faultline.inject.Injector;
import io.faultline.inject.NewestFirst;
import io.faultline.inject.NoEffectError;
import io.faultline.journal.Journal;
import io.faultline.observe.Client;
import io.faultline.shutdown.Termination;
import io.faultline.topology.Capability;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.Target;
import io.faultline.topology.TargetException;
import io.faultline.verify.Experiment;
import io.faultline.verify.ExperimentEngine;
import io.faultline.verify.ExperimentSetting;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.testcontainers.containers.ContainerState;

/**
 * The front door: injects faults for one test or one scenario, and heals them when it is closed. In JUnit tests, take it
 * as a parameter of a {@link io.faultline.junit.FaultlineTest}; elsewhere {@link #open()} it.
 *
 * <pre>{@code
 * faultline.during(Partition.of(target(redis)))
 *          .expect("the worker notices", worker::isDisconnected).within(ofSeconds(5))
 *          .afterHealing("it reconnects", worker::isConnected).within(ofSeconds(10));
 * }</pre>
 *
 * <p>Thread-safe; an {@link Experiment} is for one thread.
 */
public final class Faultline implements AutoCloseable {

    private final DockerRun run;
    private final boolean ownsRun;
    private final Optional<Predicate<Thread>> testThreads;
    private final Journal journal;
    private final Injector injector;
    private final History history;
    private final Begun begun = new Begun();

    private Faultline(DockerRun run, boolean ownsRun, Optional<Predicate<Thread>> testThreads, Journal journal) {
        this.run = run;
        this.ownsRun = ownsRun;
        this.testThreads = testThreads;
        this.journal = journal;
        this.history = new History(journal);
        this.injector = new Injector(run.registry(), journal);
    }

    /**
     * Opens a Faultline with a run of its own; the agent starts with the first fault.
     *
     * @throws EngineException if no Docker engine can be reached
     */
    public static Faultline open() {
        return new Faultline(DockerRun.open(), true, Optional.empty(), new Journal());
    }

    /** Opens a Faultline in a run that others share, and that outlives it. */
    @API(status = Status.INTERNAL)
    public static Faultline in(DockerRun run) {
        return in(run, new Journal());
    }

    /** The same, which writes what is done and seen into this journal. */
    @API(status = Status.INTERNAL)
    public static Faultline in(DockerRun run, Journal journal) {
        return new Faultline(run, false, Optional.empty(), journal);
    }

    /**
     * The same for a test framework, as {@link io.faultline.junit.FaultlineTest} does.
     *
     * @param testThreads may leave injections open, which the test's end heals; one that another has left open fails the test
     */
    @API(status = Status.INTERNAL)
    public static Faultline in(DockerRun run, Predicate<Thread> testThreads) {
        return new Faultline(run, false, Optional.of(testThreads), new Journal());
    }

    /** A started container as a target, called in reports by its network alias, or else by its image. */
    public static Target target(ContainerState container) {
        return new StartedContainer(container).target();
    }

    /**
     * A started container as a target.
     *
     * @param label what reports and errors call it
     * @throws IllegalArgumentException if the container was not started
     */
    public static Target target(String label, ContainerState container) {
        return new StartedContainer(container).target(label);
    }

    /**
     * The port of the Docker host under which a container's port is published now. Testcontainers' {@code getMappedPort}
     * tells the one at the container's start; a {@link io.faultline.fault.packet.Disconnect} changes it.
     *
     * @throws IllegalStateException if it is not published now, as while the container is disconnected
     */
    public static int mappedPort(ContainerState container, int port) {
        return publishedAddress(container, port).getPort();
    }

    /**
     * The address and the port under which this machine reaches a container's port now: those that it is published at, which may
     * be another address of the Docker host than loopback. A port that is published at all addresses is reached at the host's,
     * over IPv4 if there is a choice. In the network of another container, it is that one's.
     *
     * @throws IllegalStateException if it is not published now, as while the container is disconnected
     */
    public static InetSocketAddress publishedAddress(ContainerState container, int port) {
        return new StartedContainer(container).publishedAddress(port);
    }

    /**
     * Injects a fault now. Close the injection to heal it; if it never met a packet by then, closing throws
     * {@link NoEffectError}, unless it {@linkplain Injection#allowNoEffect() may have no effect}.
     *
     * @throws TargetException if a target is unknown, ambiguous, stopped or paused, or if the fault is one of a network
     *     that the target shares with another container or with the host
     * @throws ImpossibleFaultException if this machine cannot carry the fault
     * @throws ClashException if an open fault harms the same place
     * @throws AgentException if the agent cannot make the change
     */
    public Injection inject(Fault fault) {
        return injector.inject(fault);
    }

    /**
     * Opens a way to a target through a proxy, for stream faults such as {@link io.faultline.fault.stream.SlowStream}; takes about
     * a second. Let the client connect to the host and port that it gives, in place of the target's own. Asked again it
     * gives the same one; it is closed when this Faultline is, unless another uses it too.
     *
     * @throws TargetException if the target cannot be used, or exposes more TCP ports than one, or none
     * @throws ImpossibleFaultException if there is no image of Toxiproxy
     * @throws EngineException if the proxy cannot be started
     */
    public StreamRoute through(Target target) {
        return run.through(target, OptionalInt.empty(), this);
    }

    /**
     * The same to one port of a target.
     *
     * @param port in the target's container
     */
    public StreamRoute through(Target target, int port) {
        return run.through(target, OptionalInt.of(port), this);
    }

    /**
     * Injects several faults as one, all or none: {@link CompositeFault}.
     *
     * @throws RuntimeException as {@link #inject(Fault)}, or if two of them hit the same packets
     */
    public Injection inject(Fault first, Fault second, Fault... more) {
        return inject(together(first, second, more));
    }

    private static Fault together(Fault first, Fault second, Fault... more) {
        return CompositeFault.of(
                Stream.concat(Stream.of(first, second), Stream.of(more)).toList());
    }

    /** Begins an experiment: the fault is injected once the first expectation has its bound. */
    public Experiment during(Fault fault) {
        Experiment experiment = new Experiment(
                fault, new ExperimentSetting(injector, journal, run.thisJvm(), run::client, run::relocated));
        begun.add(fault, experiment);
        return experiment;
    }

    /** The same with several faults as one: {@link CompositeFault}. */
    public Experiment during(Fault first, Fault second, Fault... more) {
        return during(together(first, second, more));
    }

    /**
     * What experiments are made of, for callers that write them down otherwise than in Java.
     *
     * @param client whom verdicts are about: {@link DockerRun#client} or {@link DockerRun#thisJvm}
     */
    @API(status = Status.INTERNAL)
    public ExperimentEngine experiments(Client client) {
        return new ExperimentEngine(injector, journal, client, run::relocated);
    }

    /**
     * Tells a container to stop, and expects that it does so gracefully: in time, with exit code 0, without resetting a
     * connection. Nothing is sent until it gets its bound.
     */
    public Termination terminate(Target target) {
        Termination termination = new Termination(
                target.toString(), () -> injector.part(target), new ContainerExitStatuses(run.engine()), journal);
        begun.add(termination);
        return termination;
    }

    /**
     * Accepts an error that the test expects, as {@code faultline.acknowledge(assertThrows(BrokenError.class, …))}. In a
     * {@link io.faultline.junit.FaultlineTest} every verdict that was thrown fails the test if it does not reach JUnit, unless it
     * was acknowledged.
     *
     * @param error one that this Faultline has thrown, or that was caused by one, as an {@code ExecutionException}
     * @return the same
     * @throws IllegalArgumentException if it is none, or was acknowledged before
     */
    public <E extends Throwable> E acknowledge(E error) {
        if (!journal.errors().hear(error)) {
            throw new IllegalArgumentException(
                    "There is nothing to acknowledge in this error: this Faultline has not thrown it, or it is acknowledged already.",
                    error);
        }
        return error;
    }

    /** Records what clients do and are answered, for judging it after healing. There is one for each Faultline. */
    public History history() {
        return history;
    }

    /** The run that it injects in, for callers that open another Faultline {@linkplain #in in} it. */
    @API(status = Status.INTERNAL)
    public DockerRun run() {
        return run;
    }

    /** Everything that was done and seen so far. */
    public Journal journal() {
        return journal;
    }

    /** Examines what this machine can do; starts an agent to try it. Takes about a second. */
    public static List<Capability> examine() {
        return EnvironmentCheck.ofThisMachine();
    }

    /**
     * Heals all that is open. Closing twice is closing once. Of several problems the first is thrown, with the others suppressed
     * in it.
     *
     * @throws HealFailedException if something could not be taken back
     * @throws NoEffectError if an injection had no effect, and may not
     * @throws IllegalStateException if an experiment or a check was left unfinished or goes on in another thread, so that it checked nothing, or
     *     another thread than the test's has left an injection open
     * @throws AssertionError if a verdict was thrown in another thread and not {@linkplain #acknowledge acknowledged}; of those
     *     thrown in this one its caller has heard
     */
    @Override
    public void close() {
        // Looked at before healing, which ends waits; told of first, because they can be why something had no effect.
        List<Throwable> problems = new ArrayList<>(begun.end(history));
        testThreads.ifPresent(test -> problems.addAll(injector.leftOpenBy(test.negate())));
        List<Runnable> steps = new ArrayList<>();
        if (ownsRun) {
            steps.add(run::close);
        }
        steps.add(() -> run.leaveStreams(this));
        steps.add(injector::close);
        problems.addAll(NewestFirst.failures(steps));
        if (testThreads.isEmpty()) {
            problems.forEach(journal.errors()::hear);
            problems.addAll(journal.errors().takeUnheard(thread -> !thread.equals(Thread.currentThread())));
        }
        NewestFirst.rethrow(problems);
    }
}
