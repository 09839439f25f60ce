package io.faultline.verify;

import io.faultline.observe.Detection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The faults of an experiment that are open, and what is known of them and of the one that was healed last. Thread-safe. */
final class OpenFaults {

    private final List<FaultWindow> open = new ArrayList<>();
    private OptionalLong lastInForce = OptionalLong.empty();
    private Optional<FaultWindow> lastHealed = Optional.empty();
    private boolean noticed;
    private long lastInjectedNanos;
    private int injecting;

    /** A fault is about to be injected. */
    synchronized void begin() {
        injecting++;
    }

    /** It is in force. */
    synchronized void add(FaultWindow window) {
        open.add(window);
        lastInjectedNanos = System.nanoTime();
        lastInForce = OptionalLong.of(window.injection().inForceNanos());
    }

    /** It has been injected, or could not be. */
    synchronized void end() {
        injecting--;
        notifyAll();
    }

    /** Waits until what is being injected in another thread is in force, which can be what it takes a container to stop. */
    synchronized void awaitInjections(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (injecting > 0 && System.nanoTime() - end < 0) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, end - System.nanoTime()));
        }
    }

    synchronized void remove(FaultWindow window) {
        open.remove(window);
        lastHealed = Optional.of(window);
        noticed &= !open.isEmpty();
    }

    /** All of them, which are not open here any more. */
    synchronized List<FaultWindow> removeAll() {
        List<FaultWindow> all = List.copyOf(open);
        open.clear();
        return all;
    }

    synchronized List<FaultWindow> all() {
        return List.copyOf(open);
    }

    /** Those that are open, or else the one that was healed last. */
    synchronized List<FaultWindow> allOrLast() {
        return open.isEmpty() ? lastHealed.stream().toList() : List.copyOf(open);
    }

    synchronized boolean isEmpty() {
        return open.isEmpty();
    }

    /** When the one that was injected last was in force, as {@link System#nanoTime()}. */
    synchronized OptionalLong lastInForce() {
        return lastInForce;
    }

    synchronized Optional<FaultWindow> lastHealed() {
        return lastHealed;
    }

    /** The client has noticed one of them. */
    synchronized void noticed() {
        noticed = true;
    }

    /** Whether something came true under a fault before the last one was injected. */
    synchronized boolean isEarlierThanLast(Detection seen) {
        return open.size() > 1 && seen.firstAfterNanos() - lastInjectedNanos < 0;
    }

    /** What is only slower or lossier works now and then: that the client has noticed it is loss enough. */
    synchronized boolean comeAndGo() {
        return noticed
                && open.stream().allMatch(window -> window.injection().reach().onlyDegrades());
    }

    synchronized boolean haveEndedAConnection() {
        return open.stream().anyMatch(FaultWindow::hasEndedConnection);
    }
}
