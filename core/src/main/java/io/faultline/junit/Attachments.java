package io.faultline.junit;

import io.faultline.journal.Event;
import io.faultline.journal.Journal;
import io.faultline.journal.JournalJson;
import io.faultline.journal.Timeline;
import io.faultline.verify.BrokenError;
import io.faultline.verify.InconclusiveError;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a journal into JUnit's reports: as a file and an entry of the test, and into the failure itself. */
@API(status = Status.INTERNAL)
public final class Attachments {

    private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);

    private Attachments() {}

    /** Adds the timeline to a failure, where every runner and every XML report shows it. */
    static void explain(ExtensionContext context, Throwable failure) {
        Session.existing(context)
                .map(session -> session.faultline().journal())
                .filter(Attachments::sawAFault)
                .filter(journal -> !(failure instanceof BrokenError || failure instanceof InconclusiveError))
                .ifPresent(journal -> failure.addSuppressed(new TimelineSoFar(Timeline.of(journal))));
    }

    /** Publishes the journal of a test in which a fault was injected. A report that cannot be written fails no test. */
    public static void publish(ExtensionContext context, Journal journal) {
        if (!sawAFault(journal)) {
            return;
        }
        if (context.getExecutionException().isPresent()) {
            context.publishReportEntry(Map.of("faultline.timeline", Timeline.of(journal)));
        }
        try {
            publishFile(
                    context, "faultline-journal.json", JournalJson.of(journal).toString());
        } catch (ReflectiveOperationException e) {
            LOG.warn(
                    "The journal could not be attached to the report of {}: {}",
                    context.getDisplayName(),
                    e.toString());
        }
    }

    private static boolean sawAFault(Journal journal) {
        return journal.events().stream().anyMatch(event -> event.kind() == Event.Kind.INJECT);
    }

    // publishFile came with 5.12, and its media type moved to another package in 5.14: found by name, it serves all.
    private static void publishFile(ExtensionContext context, String name, String content)
            throws ReflectiveOperationException {
        Optional<Method> publish = Arrays.stream(ExtensionContext.class.getMethods())
                .filter(method -> method.getName().equals("publishFile") && method.getParameterCount() == 3)
                .filter(method -> !method.isAnnotationPresent(Deprecated.class))
                .findFirst();
        if (publish.isEmpty()) {
            return;
        }
        Class<?> mediaType = publish.get().getParameterTypes()[1];
        Class<?> writer = publish.get().getParameterTypes()[2];
        Object json = mediaType.getField("APPLICATION_JSON").get(null);
        Object write =
                Proxy.newProxyInstance(writer.getClassLoader(), new Class<?>[] {writer}, (self, method, arguments) -> {
                    Files.write((Path) arguments[0], content.getBytes(StandardCharsets.UTF_8));
                    return null;
                });
        try {
            publish.get().invoke(context, name, json, write);
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException(e.getCause());
        }
    }

    /** Not thrown: carries the timeline in a failure's stack trace. */
    private static final class TimelineSoFar extends Throwable {

        private static final long serialVersionUID = 1L;

        TimelineSoFar(String timeline) {
            super("Faultline's timeline until the failure:\n" + timeline, null, false, false);
        }
    }
}
