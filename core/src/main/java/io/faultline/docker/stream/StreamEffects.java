package io.faultline.docker.stream;

import io.faultline.docker.engine.EngineException;
import io.faultline.docker.stream.ToxiproxyControl.ControlException;
import io.faultline.effect.Effect;
import io.faultline.effect.StreamToxic;
import io.faultline.effect.Toxic;
import io.faultline.inject.ActiveEffects;
import io.faultline.inject.Evidence;
import io.faultline.inject.OpenOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Toxics that are open together. A proxy that does not do as its control is told is removed: its clients lose their
 * route, but no harm stays. Thread-safe, for they end by themselves at their maximum duration.
 */
final class StreamEffects implements ActiveEffects {

    private final List<Named> effects = new ArrayList<>();
    private long inForceNanos;
    private boolean lifted;
    private boolean ended;
    private Optional<String> invalidated = Optional.empty();

    /** A toxic, under its name at its proxy. */
    record Named(String name, StreamToxic toxic, StreamProxy proxy) {

        boolean isThere() {
            return toxic.toxic() instanceof Toxic.Closed
                    ? !proxy.control().isListening()
                    : proxy.control().toxics().contains(name);
        }

        Named as(StreamToxic other) {
            return new Named(name, other, proxy);
        }
    }

    private StreamEffects(boolean lifted) {
        this.lifted = lifted;
    }

    /** All of them, or none. */
    static StreamEffects open(List<Named> wanted, OpenOptions options) {
        StreamEffects open = new StreamEffects(options.lifted());
        for (Named each : wanted) {
            open.effects.add(each);
            if (!options.lifted()) {
                try {
                    each.proxy().control().add(each.name(), each.toxic());
                } catch (ControlException e) {
                    throw open.abandoned(each, e);
                }
            }
        }
        open.inForceNanos = System.nanoTime();
        CompletableFuture.delayedExecutor(options.maximum().toMillis(), TimeUnit.MILLISECONDS)
                .execute(open::endAtMaximum);
        return open;
    }

    private RuntimeException abandoned(Named failed, ControlException because) {
        RuntimeException told = removed(failed, because);
        newestFirst().stream().filter(each -> !each.equals(failed)).forEach(each -> {
            try {
                takeBack(each);
            } catch (RuntimeException e) {
                told.addSuppressed(e);
            }
        });
        return told;
    }

    private synchronized void endAtMaximum() {
        if (!ended) {
            try {
                end();
            } catch (RuntimeException e) {
                invalidated = Optional.of("it ended early: " + e.getMessage());
                return;
            }
            invalidated = Optional.of("it ended early: the maximum duration was reached");
        }
    }

    @Override
    public synchronized int size() {
        return effects.size();
    }

    @Override
    public List<Long> inForceNanos() {
        return Collections.nCopies(size(), inForceNanos);
    }

    @Override
    public synchronized Evidence read() {
        if (!ended && !lifted) {
            look();
        }
        return new Evidence(List.of(), invalidated);
    }

    private void look() {
        if (invalidated.isEmpty()) {
            invalidated = newestFirst().stream()
                    .flatMap(each -> trouble(each).stream())
                    .findFirst();
        }
    }

    private static Optional<String> trouble(Named each) {
        try {
            return each.isThere()
                    ? Optional.empty()
                    : Optional.of("\"" + each.toxic().summary() + "\" was removed by somebody else while it was open");
        } catch (ControlException e) {
            return Optional.of(
                    each.proxy().isRunning()
                            ? String.valueOf(e.getMessage()).replaceAll("\\.$", "")
                            : "its proxy " + each.toxic().route().proxy().name() + " died while the fault was open");
        }
    }

    @Override
    public synchronized Healing heal() {
        if (!ended) {
            if (!lifted) {
                look();
            }
            end();
        }
        return new Healing(System.nanoTime(), new Evidence(List.of(), invalidated));
    }

    private void end() {
        ended = true;
        takeAllBack();
    }

    private void takeAllBack() {
        List<RuntimeException> failures = new ArrayList<>();
        for (Named each : newestFirst()) {
            try {
                takeBack(each);
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            failures.stream().skip(1).forEach(failures.get(0)::addSuppressed);
            throw failures.get(0);
        }
    }

    private static void takeBack(Named each) {
        if (each.proxy().isGone()) {
            return;
        }
        try {
            each.proxy().control().remove(each.name(), each.toxic());
        } catch (ControlException e) {
            if (each.proxy().isRunning()) {
                throw removed(each, e);
            }
        }
    }

    private static RuntimeException removed(Named each, ControlException because) {
        each.proxy().remove();
        return new EngineException(
                because.getMessage() + " The proxy was removed, so its harm is gone, and so is the route "
                        + each.toxic().route()
                        + ". Call faultline.through(target) again, and connect to what it gives; "
                        + "a receiver that does not read makes Toxiproxy hang: let clients read what they were sent.",
                because);
    }

    @Override
    public synchronized long lift() {
        lifted = true;
        takeAllBack();
        return System.nanoTime();
    }

    @Override
    public synchronized long restore() {
        for (Named each : effects) {
            change(each, () -> each.proxy().control().add(each.name(), each.toxic()));
        }
        lifted = false;
        return System.nanoTime();
    }

    @Override
    public synchronized long retune(List<Effect> to) {
        List<Named> tuned = new ArrayList<>();
        for (int i = 0; i < effects.size(); i++) {
            Named from = effects.get(i);
            if (!(to.get(i) instanceof StreamToxic wanted) || !wanted.isOfTheKindOf(from.toxic())) {
                throw new IllegalArgumentException("\"" + from.toxic().summary() + "\" cannot become \""
                        + to.get(i).summary() + "\" while it is open.");
            }
            tuned.add(from.as(wanted));
        }
        for (Named each : tuned) {
            if (!lifted) {
                change(each, () -> each.proxy().control().tune(each.name(), each.toxic()));
            }
        }
        effects.clear();
        effects.addAll(tuned);
        return System.nanoTime();
    }

    private static void change(Named each, Runnable call) {
        try {
            call.run();
        } catch (ControlException e) {
            throw removed(each, e);
        }
    }

    private List<Named> newestFirst() {
        List<Named> reversed = new ArrayList<>(effects);
        Collections.reverse(reversed);
        return reversed;
    }
}
