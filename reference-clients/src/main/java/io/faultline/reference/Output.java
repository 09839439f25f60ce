package io.faultline.reference;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Logs to standard output, a line for each unit of work. Thread-safe. */
final class Output {

    private static final int MOST = 1000;
    private static final long FLUSH_MILLIS = 2000;

    private final BlockingQueue<Optional<String>> lines = new ArrayBlockingQueue<>(MOST);
    private final Thread writer = new Thread(this::write, "output");

    Output() {
        writer.setDaemon(true);
        writer.start();
    }

    void say(String line) {
        if (Naive.LOGGING) {
            System.out.println(line);
        } else {
            lines.offer(Optional.of(line)); // dropped where it is full: the work does not wait for its log
        }
    }

    private void write() {
        try {
            for (Optional<String> line = lines.take(); line.isPresent(); line = lines.take()) {
                System.out.println(line.get());
            }
        } catch (InterruptedException e) {
            return; // nobody interrupts it
        }
    }

    /** Gives what is left a moment to be written; the end of the program must not depend on it. */
    void flush() {
        lines.offer(Optional.empty());
        try {
            writer.join(FLUSH_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
