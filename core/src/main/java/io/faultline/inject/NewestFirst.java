package io.faultline.inject;

import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** How several things end together. */
@API(status = Status.INTERNAL)
public final class NewestFirst {

    private NewestFirst() {}

    /**
     * Closes injections newest first, each whatever becomes of the others. What the first one throws that fails is thrown
     * in the end, with the others' suppressed in it.
     */
    public static void close(List<Injection> oldestFirst) {
        run(oldestFirst.stream().<Runnable>map(injection -> injection::close).toList());
    }

    /** The same for what is to be done at the end. */
    public static void run(List<Runnable> oldestFirst) {
        rethrow(failures(oldestFirst));
    }

    /** Does it, and returns what it threw, in that order. */
    public static List<Throwable> failures(List<Runnable> oldestFirst) {
        List<Throwable> problems = new ArrayList<>();
        for (int i = oldestFirst.size() - 1; i >= 0; i--) {
            try {
                oldestFirst.get(i).run();
            } catch (RuntimeException | Error e) {
                problems.add(e);
            }
        }
        return problems;
    }

    /** Throws the first, with the others suppressed in it; nothing if there is none. */
    public static void rethrow(List<? extends Throwable> problems) {
        if (problems.isEmpty()) {
            return;
        }
        Throwable first = problems.get(0);
        problems.stream().skip(1).filter(each -> !each.equals(first)).forEach(first::addSuppressed);
        if (first instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) first;
    }
}
