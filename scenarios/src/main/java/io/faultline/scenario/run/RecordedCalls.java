package io.faultline.scenario.run;

import io.faultline.history.History;
import io.faultline.scenario.RunningSystem;
import io.faultline.scenario.model.Step;
import io.faultline.scenario.probe.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes one call after the other, each with a number of its own, in as many threads as are asked for, until it is stopped. */
final class RecordedCalls {

    private static final Duration END = Duration.ofSeconds(1);

    private final String key;
    private final Step.RecordCalls step;
    private final Exchange call;
    private final History history;
    private final RunningSystem system;
    private final AtomicInteger numbers;
    private final Set<String> called = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch acknowledged = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile String last = "none has ended";
    private volatile Optional<String> defect = Optional.empty();

    /** It was not acknowledged, and may be done all the same. */
    static final class NotAcknowledged extends Exception {

        private static final long serialVersionUID = 1L;

        NotAcknowledged(String detail) {
            super(detail);
        }
    }

    /** It was answered in a way that promises that nothing was done. */
    static final class NothingDone extends Exception {

        private static final long serialVersionUID = 1L;

        NothingDone(String detail) {
            super(detail);
        }
    }

    /** @param numbers gives each call the next one */
    RecordedCalls(String key, Step.RecordCalls step, History history, RunningSystem system, AtomicInteger numbers) {
        this.key = key;
        this.step = step;
        this.call = (Exchange) step.call().probe();
        this.history = history;
        this.system = system;
        this.numbers = numbers;
    }

    void start() {
        for (int i = 0; i < step.processes(); i++) {
            Thread thread = new Thread(this::calls, "faultline-calls");
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    private void calls() {
        try {
            long next = System.nanoTime();
            do {
                one(Integer.toString(numbers.incrementAndGet()));
                next = Math.max(next + step.every().toNanos(), System.nanoTime());
            } while (!stopped.await(next - System.nanoTime(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) { // it could not be made, whatever the system's state is
            defect = Optional.of(String.valueOf(e.getMessage()));
            stop();
        }
    }

    private void one(String number) throws InterruptedException {
        called.add(number);
        try {
            last = history.add(key, number, () -> acknowledged(number));
            acknowledged.countDown();
        } catch (NotAcknowledged | NothingDone e) {
            last = String.valueOf(e.getMessage());
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String acknowledged(String number) throws Exception {
        Exchange.Reply reply = call.numbered(number).ask(system, step.call().within());
        String detail = reply.seen().detail();
        if (reply.seen().ok()) {
            return detail;
        }
        boolean isPromised =
                reply.code().isPresent() && step.failed().contains(reply.code().getAsInt());
        throw isPromised ? new NothingDone(detail) : new NotAcknowledged(detail);
    }

    boolean awaitAcknowledged(Duration bound) throws InterruptedException {
        return acknowledged.await(bound.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Makes no more; what is under way goes on to its own end. */
    void stop() {
        stopped.countDown();
    }

    void awaitEnd() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(step.call().within().plus(END).toMillis());
        }
    }

    String key() {
        return key;
    }

    boolean hasCalled(String number) {
        return called.contains(number);
    }

    String last() {
        return defect.orElse(last);
    }

    Optional<String> defect() {
        return defect;
    }
}
