package io.faultline.truth;

import static org.awaitility.Awaitility.await;

import io.faultline.observe.Detector;
import io.faultline.observe.FailureClass;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A client in this JVM: talks to a {@link Member} on a thread of its own, says when that fails, and connects again. Thread-safe.
 */
public final class Talker implements Party {

    private static final int PATIENCE_MILLIS = 400;
    private static final long PAUSE_MILLIS = 50;

    private final Supplier<InetSocketAddress> where;
    private final Manner manner;
    private final Detector detector = new Detector();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "talker");
    private volatile Socket socket = new Socket();
    private volatile Duration took = Duration.ZERO;
    private volatile Optional<Exception> failure = Optional.empty();
    private volatile boolean up;

    /** How it talks. */
    public enum Manner {
        /** Short lines, one after the other. */
        BUSY("x\n"),
        /** The same, but it waits for each answer, however long that takes. */
        PATIENT("x\n"),
        /** Long ones. */
        BULK("x".repeat(40_000) + "\n"),
        /** Lines that the server has to work for. */
        WORK("work\n"),
        /** It listens, and there is nothing to hear. */
        IDLE("");

        private final byte[] sent;

        Manner(String line) {
            sent = line.getBytes(StandardCharsets.US_ASCII);
        }

        private int patienceMillis() {
            return switch (this) {
                case PATIENT -> 60_000;
                case WORK -> 5_000;
                default -> PATIENCE_MILLIS;
            };
        }
    }

    private Talker(Supplier<InetSocketAddress> where, Manner manner) {
        this.where = where;
        this.manner = manner;
        thread.setDaemon(true);
    }

    /** One that is connected. */
    static Talker to(Supplier<InetSocketAddress> where, Manner manner) {
        Talker talker = new Talker(where, manner);
        talker.thread.start();
        await().atMost(Duration.ofSeconds(10))
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(10))
                .until(talker::isUp);
        return talker;
    }

    private void run() {
        do {
            try (Socket opened = new Socket()) {
                socket = opened;
                opened.connect(where.get(), manner.patienceMillis());
                converse(opened);
            } catch (IOException | RuntimeException e) {
                failed(e);
            }
        } while (!isOver(2 * PAUSE_MILLIS));
    }

    private void failed(Exception e) {
        if (over.getCount() > 0) {
            up = false;
            failure = Optional.of(e);
            detector.noticed(e);
        }
    }

    private void converse(Socket opened) throws IOException {
        up = manner == Manner.IDLE;
        while (!isOver(PAUSE_MILLIS)) {
            if (manner == Manner.IDLE) {
                listen(opened);
            } else {
                long began = System.nanoTime();
                exchange(opened);
                took = Duration.ofNanos(System.nanoTime() - began);
                up = true;
            }
        }
    }

    private static void listen(Socket opened) throws IOException {
        opened.setSoTimeout(100);
        try {
            if (opened.getInputStream().read() < 0) {
                throw new EOFException("the other side closed the connection");
            }
        } catch (SocketTimeoutException nothingToHear) {
            return;
        }
    }

    private void exchange(Socket opened) throws IOException {
        opened.setSoTimeout(manner.patienceMillis());
        opened.getOutputStream().write(manner.sent);
        InputStream in = opened.getInputStream();
        if (in.readNBytes(manner.sent.length).length < manner.sent.length) {
            throw new EOFException("the other side closed the connection");
        }
    }

    private boolean isOver(long millis) {
        try {
            return over.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true; // nobody has this thread
        }
    }

    @Override
    public boolean isUp() {
        return up;
    }

    @Override
    public boolean isDown() {
        return !up;
    }

    /** Does nothing while it is connected; else throws what went wrong. */
    public void call() throws Exception {
        if (!up && failure.isPresent()) {
            throw failure.get();
        }
    }

    /** How the last failure is classed. */
    public Optional<FailureClass> failureClass() {
        return failure.map(FailureClass::of);
    }

    /** How long the last answer took. */
    public Duration took() {
        return took;
    }

    /** Its own word that it failed. */
    public Detector detector() {
        return detector;
    }

    /** Says a line on its connection now, whatever its manner. */
    void speak() throws IOException {
        socket.getOutputStream().write(Manner.BUSY.sent);
    }

    /** Ends its connection from this side, of its own accord. */
    public void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        socket.close();
    }
}
