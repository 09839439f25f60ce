package io.faultline.docker.stream;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import eu.rekawek.toxiproxy.model.ToxicDirection;
import eu.rekawek.toxiproxy.model.ToxicList;
import eu.rekawek.toxiproxy.model.toxic.Bandwidth;
import eu.rekawek.toxiproxy.model.toxic.Latency;
import eu.rekawek.toxiproxy.model.toxic.LimitData;
import eu.rekawek.toxiproxy.model.toxic.ResetPeer;
import eu.rekawek.toxiproxy.model.toxic.Slicer;
import eu.rekawek.toxiproxy.model.toxic.SlowClose;
import io.faultline.effect.StreamToxic;
import io.faultline.effect.Toxic;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The control API of one Toxiproxy, which has one proxy. Its client waits for ever, and the API itself hangs while it
 * changes the toxics of a connection whose receiver does not read (ToxicStub.InterruptToxic): so every call is made on a
 * thread of its own, given a limit, and repeated once, which is why each does the same if it is done twice. Not
 * interruptible: no call waits longer than its two limits.
 */
final class ToxiproxyControl {

    /** The name of its proxy. */
    private static final String PROXY = "stream";

    private static final int ATTEMPTS = 2;

    private final ToxiproxyClient client;
    private final String host;
    private final int port;
    private final Duration limit;

    /** @param limit for one attempt of a call */
    ToxiproxyControl(String host, int port, Duration limit) {
        this.client = new ToxiproxyClient(host, port);
        this.host = host;
        this.port = port;
        this.limit = limit;
    }

    /** A call did not succeed within its limit, or was refused. */
    static final class ControlException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ControlException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    @FunctionalInterface
    private interface Call<T> {
        T make() throws IOException;
    }

    /** The words that start a Toxiproxy whose control listens on a port. */
    static List<String> command(int port) {
        return List.of("-host=0.0.0.0", "-port=" + port);
    }

    String host() {
        return host;
    }

    /** Whether it answers within a second, asked once. */
    boolean answers() {
        try {
            started(client::version).orTimeout(1, TimeUnit.SECONDS).join();
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    void createProxy(int listening, String upstream) {
        call("create its proxy", Duration.ZERO, () -> {
            Proxy there = client.getProxyOrNull(PROXY); // made by an attempt whose answer was lost
            return there == null ? client.createProxy(PROXY, "0.0.0.0:" + listening, upstream) : there;
        });
    }

    /** The names of the toxics that are there. */
    Set<String> toxics() {
        return call(
                "list its toxics",
                Duration.ZERO,
                () -> proxy().toxics().getAll().stream()
                        .map(eu.rekawek.toxiproxy.model.Toxic::getName)
                        .collect(Collectors.toSet()));
    }

    boolean isListening() {
        return call("say whether it listens", Duration.ZERO, () -> proxy().isEnabled());
    }

    void add(String name, StreamToxic effect) {
        call("add \"" + effect.summary() + "\"", Duration.ZERO, () -> {
            if (effect.toxic() instanceof Toxic.Closed) {
                proxy().disable();
            } else if (names(proxy()).contains(name)) {
                tune(proxy().toxics(), name, effect.toxic()); // added by an attempt whose answer was lost
            } else {
                add(proxy().toxics(), name, effect);
            }
            return effect;
        });
    }

    /** Takes away what is there; nothing is done if it is gone already. */
    void remove(String name, StreamToxic effect) {
        call("remove \"" + effect.summary() + "\"", pending(effect.toxic()), () -> {
            if (effect.toxic() instanceof Toxic.Closed) {
                if (!proxy().isEnabled()) {
                    proxy().enable();
                }
                return effect;
            }
            try {
                proxy().toxics().get(name).remove();
            } catch (FileNotFoundException gone) {
                return effect; // 404 to DELETE: an earlier attempt removed it
            } catch (IOException e) {
                if (names(proxy()).contains(name)) {
                    throw e;
                }
            }
            return effect;
        });
    }

    void tune(String name, StreamToxic to) {
        call("change to \"" + to.summary() + "\"", pending(to.toxic()), () -> {
            tune(proxy().toxics(), name, to.toxic());
            return to;
        });
    }

    // The reset toxic sleeps out its time before it lets itself be changed (toxics/reset_peer.go).
    private static Duration pending(Toxic toxic) {
        return toxic instanceof Toxic.Reset reset ? reset.after() : Duration.ZERO;
    }

    private Proxy proxy() throws IOException {
        return client.getProxy(PROXY);
    }

    private static Set<String> names(Proxy proxy) throws IOException {
        return proxy.toxics().getAll().stream()
                .map(eu.rekawek.toxiproxy.model.Toxic::getName)
                .collect(Collectors.toSet());
    }

    private static void add(ToxicList toxics, String name, StreamToxic effect) throws IOException {
        ToxicDirection way = ToxicDirection.valueOf(effect.way().name());
        Toxic toxic = effect.toxic();
        if (toxic instanceof Toxic.Delayed delayed) {
            toxics.latency(name, way, delayed.by().toMillis())
                    .setJitter(delayed.jitter().toMillis());
        } else if (toxic instanceof Toxic.Throttled throttled) {
            toxics.bandwidth(name, way, throttled.kilobytesPerSecond());
        } else if (toxic instanceof Toxic.Stalled) {
            toxics.timeout(name, way, 0); // which is never
        } else if (toxic instanceof Toxic.Sliced sliced) {
            toxics.slicer(name, way, sliced.bytes(), micros(sliced.pause()));
        } else if (toxic instanceof Toxic.ClosedLate late) {
            toxics.slowClose(name, way, late.by().toMillis());
        } else if (toxic instanceof Toxic.Reset reset) {
            toxics.resetPeer(name, way, reset.after().toMillis());
        } else if (toxic instanceof Toxic.Limited limited) {
            toxics.limitData(name, way, limited.bytes());
        }
    }

    private static void tune(ToxicList toxics, String name, Toxic to) throws IOException {
        if (to instanceof Toxic.Delayed delayed) {
            toxics.get(name, Latency.class)
                    .setLatency(delayed.by().toMillis())
                    .setJitter(delayed.jitter().toMillis());
        } else if (to instanceof Toxic.Throttled throttled) {
            toxics.get(name, Bandwidth.class).setRate(throttled.kilobytesPerSecond());
        } else if (to instanceof Toxic.Sliced sliced) {
            toxics.get(name, Slicer.class).setAverageSize(sliced.bytes()).setDelay(micros(sliced.pause()));
        } else if (to instanceof Toxic.ClosedLate late) {
            toxics.get(name, SlowClose.class).setDelay(late.by().toMillis());
        } else if (to instanceof Toxic.Reset reset) {
            toxics.get(name, ResetPeer.class).setTimeout(reset.after().toMillis());
        } else if (to instanceof Toxic.Limited limited) {
            toxics.get(name, LimitData.class).setBytes(limited.bytes());
        }
    }

    private static long micros(Duration duration) {
        return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
    }

    private <T> T call(String what, Duration more, Call<T> call) {
        List<Throwable> failures = new ArrayList<>();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return started(call)
                        .orTimeout(limit.plus(more).toMillis(), TimeUnit.MILLISECONDS)
                        .join();
            } catch (CompletionException e) {
                failures.add(Objects.requireNonNullElse(e.getCause(), e));
            }
        }
        Throwable last = failures.get(failures.size() - 1);
        boolean hung = last instanceof TimeoutException;
        String why = hung
                ? "gave no answer within " + limit.plus(more).toMillis() + " ms, " + ATTEMPTS + " times"
                : "failed: " + last;
        throw new ControlException(
                "Toxiproxy's control API at " + host + ":" + port + " was asked to " + what + " and " + why + ".",
                last);
    }

    // A thread each: one that hangs in a read cannot be interrupted, and ends when its proxy is removed.
    private static <T> CompletableFuture<T> started(Call<T> call) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return call.make();
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                task -> {
                    Thread thread = new Thread(task, "faultline-toxiproxy");
                    thread.setDaemon(true);
                    thread.start();
                });
    }
}
