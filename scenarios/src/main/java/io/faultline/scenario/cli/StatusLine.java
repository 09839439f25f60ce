package io.faultline.scenario.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What goes on right now and for how long, on the last line of a terminal, below what has been printed. Where the output is
 * no terminal, each is a line of its own, printed once. Thread-safe.
 */
final class StatusLine implements AutoCloseable {

    private static final long PERIOD_MILLIS = 100;
    private static final String ERASE = "\r\033[K";

    private final PrintWriter out;
    private final boolean shown;
    private final boolean live;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "faultline-status-line");
        thread.setDaemon(true);
        return thread;
    });
    private Optional<String> status = Optional.empty();
    private long sinceNanos;

    /**
     * @param shown whether there is a status at all
     * @param live whether the output is a terminal on which a line can be written over
     */
    StatusLine(PrintWriter out, boolean shown, boolean live) {
        this.out = out;
        this.shown = shown;
        this.live = shown && live;
        if (this.live) {
            ticker.scheduleAtFixedRate(this::draw, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Something begins; what was shown before is over. */
    synchronized void show(String what) {
        sinceNanos = System.nanoTime();
        status = Optional.of(what);
        if (shown && !live) {
            out.println("  ... " + what);
        }
        draw();
    }

    synchronized void hide() {
        status = Optional.empty();
        if (live) {
            out.print(ERASE);
            out.flush();
        }
    }

    /** Prints a line above it. */
    synchronized void println(String line) {
        out.println((live ? ERASE : "") + line);
        draw();
    }

    private synchronized void draw() {
        if (live && status.isPresent()) {
            double seconds = (System.nanoTime() - sinceNanos) / 1e9;
            out.print(String.format(Locale.ROOT, "%s  ... %s  %.1f s", ERASE, status.get(), seconds));
            out.flush();
        }
    }

    @Override
    public void close() {
        ticker.shutdownNow();
        hide();
    }
}
