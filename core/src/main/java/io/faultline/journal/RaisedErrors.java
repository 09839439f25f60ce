package io.faultline.journal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The verdicts that were thrown, until somebody has heard of them: one that is caught and dropped, or that an executor keeps,
 * would otherwise leave a test green. Thread-safe.
 */
@API(status = Status.INTERNAL)
public final class RaisedErrors {

    private record Raised(Throwable error, Thread thread) {}

    private final List<Raised> unheard = new ArrayList<>();

    /** Notes an error that is about to be thrown to the caller, and returns it. */
    public synchronized <E extends Throwable> E raise(E error) {
        if (unheard.stream().noneMatch(each -> each.error().equals(error))) {
            unheard.add(new Raised(error, Thread.currentThread()));
        }
        return error;
    }

    /**
     * Somebody has this failure, and with it all that caused it and what is suppressed in it.
     *
     * @return whether an error that was raised here is among them
     */
    public synchronized boolean hear(Throwable failure) {
        Set<Throwable> within = Collections.newSetFromMap(new IdentityHashMap<>());
        collect(failure, within);
        return unheard.removeIf(each -> within.contains(each.error()));
    }

    private static void collect(Throwable failure, Set<Throwable> found) {
        if (!found.add(failure)) {
            return;
        }
        if (failure.getCause() != null) {
            collect(failure.getCause(), found);
        }
        for (Throwable each : failure.getSuppressed()) {
            collect(each, found);
        }
    }

    /** One error for each that was raised in such a thread and that nobody has heard of; by that they are heard of. */
    public synchronized List<AssertionError> takeUnheard(Predicate<Thread> raisedIn) {
        List<Raised> taken =
                unheard.stream().filter(each -> raisedIn.test(each.thread())).toList();
        unheard.removeAll(taken);
        return taken.stream().map(RaisedErrors::alarm).toList();
    }

    private static AssertionError alarm(Raised raised) {
        String said = Objects.requireNonNullElse(raised.error().getMessage(), "");
        return new AssertionError(
                String.format(
                        Locale.ROOT,
                        "%s was thrown in thread \"%s\", and was lost: the test ended without it. Let it reach the test (join the "
                                + "thread, get the future, do not catch it), or, if it is what the test is about, call "
                                + "faultline.acknowledge(error). It said: %s",
                        raised.error().getClass().getSimpleName(),
                        raised.thread().getName(),
                        said.lines().findFirst().orElse("nothing")),
                raised.error());
    }
}
