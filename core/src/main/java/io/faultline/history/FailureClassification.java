package io.faultline.history;

import io.faultline.observe.FailureClass;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * What an exception says of the operation. {@link Completion#FAILED} only where nothing can have been sent: where all that went
 * wrong, in all causes and suppressed exceptions, is a connect that was refused or found no way. The type decides and not its
 * class alone, since a connection that is open can end with "no route to host" too.
 */
final class FailureClassification {

    private static final int MOST = 50;
    private static final Set<FailureClass> NOT_CONNECTED = Set.of(FailureClass.REFUSED, FailureClass.UNREACHABLE);

    private FailureClassification() {}

    static Completion of(Throwable thrown) {
        List<Throwable> origins = origins(thrown);
        boolean nothingSent = !origins.isEmpty()
                && origins.stream().allMatch(FailureClassification::isConnect)
                && origins.stream().map(FailureClass::of).allMatch(NOT_CONNECTED::contains);
        return nothingSent ? Completion.FAILED : Completion.UNKNOWN;
    }

    /** What the client threw, out of what futures put around it. */
    static Throwable unwrapped(Throwable thrown) {
        boolean isWrapped = thrown instanceof ExecutionException || thrown instanceof CompletionException;
        Throwable cause = thrown.getCause();
        return isWrapped && cause != null ? cause : thrown;
    }

    private static boolean isConnect(Throwable origin) {
        return origin instanceof ConnectException || origin instanceof NoRouteToHostException;
    }

    /** All that were not thrown because of another; none if there are too many to look at. */
    private static List<Throwable> origins(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Throwable> open = new ArrayList<>(List.of(thrown));
        List<Throwable> origins = new ArrayList<>();
        while (!open.isEmpty()) {
            Throwable one = open.remove(open.size() - 1);
            if (!seen.add(one)) {
                continue;
            }
            if (seen.size() > MOST) {
                return List.of();
            }
            Throwable cause = one.getCause();
            List<Throwable> from = Stream.concat(Stream.ofNullable(cause), Stream.of(one.getSuppressed()))
                    .toList();
            open.addAll(from);
            if (from.isEmpty()) {
                origins.add(one);
            }
        }
        return origins;
    }
}
