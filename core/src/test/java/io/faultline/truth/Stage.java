package io.faultline.truth;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.journal.Event.Kind;
import io.faultline.observe.Condition;
import io.faultline.topology.StreamRoute;
import io.faultline.topology.Target;
import io.faultline.truth.Talker.Manner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one case is carried out on: prepared containers, a Faultline of its own, and clients that end with it. For one case. */
public final class Stage implements AutoCloseable {

    /** How long after the fault is in force {@link #timer} comes true. */
    private static final Duration LATER = Duration.ofMillis(700);

    private static final Logger LOG = LoggerFactory.getLogger(Stage.class);

    private final Troupe troupe;
    private final Faultline faultline;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    Stage(Troupe troupe, DockerRun run) {
        this.troupe = troupe;
        this.faultline = Faultline.in(run);
    }

    public Faultline faultline() {
        return faultline;
    }

    /** Whom clients talk to. */
    public Member target() {
        return troupe.target;
    }

    /** Whom they do not talk to unless they are told. */
    public Member other() {
        return troupe.other;
    }

    /** A container that is a client if it is told so, called {@code client}. */
    public Member client() {
        return troupe.client;
    }

    public Target t() {
        return target().target();
    }

    /** This JVM talks to the target's own address. */
    public Talker direct(Manner manner) {
        Member target = target();
        return closing(Talker.to(() -> new InetSocketAddress(target.address(), Member.PORT), manner));
    }

    /** This JVM talks to the target's published port. */
    public Talker published(Manner manner) {
        Member target = target();
        return closing(Talker.to(() -> new InetSocketAddress("127.0.0.1", target.publishedPort()), manner));
    }

    /** This JVM talks to somewhere else. */
    public Talker to(String host, int port, Manner manner) {
        return closing(Talker.to(() -> new InetSocketAddress(host, port), manner));
    }

    /** The client container talks to the target by its name: {@code busy}, {@code bulk} or {@code idle}. */
    public Session clientTalks(String manner) throws IOException {
        return session(client()).doing("talk target " + Member.PORT + " " + manner);
    }

    /** This JVM sends datagrams to a container, from one socket, and is answered. */
    public Querier queries(Member to) {
        return closing(Querier.of(to.address(), Member.PORT));
    }

    /** The client container does so: from a socket that is {@code kept}, or from a {@code new} one each time. */
    public Session clientQueries(String manner) throws IOException {
        return session(client()).doing("ask target " + Member.PORT + " " + manner);
    }

    /** Another process of the host does so. */
    public Session hostQueries(Member to) throws IOException {
        return session(troupe.host).doing("ask " + to.address() + " " + Member.PORT + " kept");
    }

    /** Another process of the host talks to a container. */
    public Session hostTalks(Member to, int port) throws IOException {
        return session(troupe.host).doing("talk " + to.address() + " " + port + " busy");
    }

    /** A session with a container; it does nothing yet. */
    public Session session(Member member) throws IOException {
        return closing(member.session());
    }

    /** A way to the target through a proxy. */
    public StreamRoute route() {
        return faultline.through(t(), Member.PORT);
    }

    /** What ends with this case. */
    public <T extends AutoCloseable> T closing(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Comes true by itself after the fault is in force, whatever the client does. */
    public Condition timer() {
        return since(Kind.IN_FORCE, LATER);
    }

    /** Comes true by itself when the injection begins. */
    public Condition whileInjecting() {
        return since(Kind.INJECT, Duration.ZERO);
    }

    /** The same; and when that has been seen, a client that was idle says something, and meets the fault by that. */
    public Condition whileInjecting(Talker client) {
        Condition begins = whileInjecting();
        return () -> {
            boolean holds = begins.holds();
            if (holds) {
                speakAfter(Thread.currentThread(), client);
            }
            return holds;
        };
    }

    /** The thread that looks ends once it has written down what it saw. */
    private static void speakAfter(Thread looking, Talker client) {
        Thread speaking = new Thread(
                () -> {
                    try {
                        looking.join();
                        client.speak();
                    } catch (InterruptedException | IOException e) {
                        LOG.debug("A client could not speak", e);
                    }
                },
                "speaking");
        speaking.setDaemon(true);
        speaking.start();
    }

    /** Comes true some time after the last such event. */
    public Condition since(Kind kind, Duration later) {
        AtomicLong seenAt = new AtomicLong();
        AtomicLong count = new AtomicLong();
        return () -> {
            long number = faultline.journal().events().stream()
                    .filter(event -> event.kind() == kind)
                    .count();
            if (number > count.getAndSet(number)) {
                seenAt.set(System.nanoTime());
            }
            return number > 0 && System.nanoTime() - seenAt.get() > later.toNanos();
        };
    }

    /** The name of the cause of the last verdict; empty if none was reached. */
    String cause() {
        return faultline.journal().events().stream()
                .filter(event -> event.kind() == Kind.VERDICT)
                .map(event -> event.facts().getOrDefault("cause", ""))
                .reduce("", (earlier, later) -> later);
    }

    @Override
    public void close() {
        try {
            faultline.close();
        } finally {
            opened.forEach(Stage::close);
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) { // the fault can have ended it; the containers are looked at before the next case
            LOG.debug("A case's client did not end well", e);
        }
    }
}
