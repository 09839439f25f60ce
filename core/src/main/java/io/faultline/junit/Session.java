package io.faultline.junit;

import io.faultline.Faultline;
import io.faultline.fault.CompositeFault;
import io.faultline.fault.Fault;
import io.faultline.fault.Schedule;
import io.faultline.inject.Injection;
import io.faultline.inject.NewestFirst;
import io.faultline.journal.RaisedErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * The Faultline of one test, or of one class. The extension closes it after the test; should that never come, because
 * something before it failed, JUnit closes it with the store, still before the containers.
 */
@SuppressWarnings("deprecation") // see SharedRun
final class Session implements Store.CloseableResource, AutoCloseable {

    private final Faultline faultline;
    private final List<Injection> declared = new ArrayList<>();

    private Session(Faultline faultline) {
        this.faultline = faultline;
    }

    /** The context's own, made on first use: not the one of its class, which a plain look into the store would find. */
    static Session of(ExtensionContext context) {
        return store(context)
                .getOrComputeIfAbsent(
                        context.getUniqueId(),
                        key -> new Session(Faultline.in(SharedRun.of(context), TestThreads.in(context))),
                        Session.class);
    }

    static Optional<Session> existing(ExtensionContext context) {
        return Optional.ofNullable(store(context).get(context.getUniqueId(), Session.class));
    }

    /** A test that failed with this has reported what its session and those around it have thrown. */
    static void hear(ExtensionContext context, Throwable failure) {
        Stream.iterate(Optional.of(context), Optional::isPresent, each -> each.flatMap(ExtensionContext::getParent))
                .flatMap(each -> existing(each.orElseThrow()).stream())
                .forEach(session -> session.faultline.journal().errors().hear(failure));
    }

    Faultline faultline() {
        return faultline;
    }

    private static Store store(ExtensionContext context) {
        return context.getStore(SharedRun.NAMESPACE);
    }

    /** Injects what the test's annotations declare: as one, but for those that have a schedule of their own. */
    void injectDeclared(List<Fault> faults) {
        List<Fault> atOnce = faults.stream()
                .filter(fault -> fault.schedule().equals(Schedule.NOW))
                .toList();
        if (!atOnce.isEmpty()) {
            declared.add(faultline.inject(atOnce.size() == 1 ? atOnce.get(0) : CompositeFault.of(atOnce)));
        }
        faults.stream()
                .filter(fault -> !atOnce.contains(fault))
                .forEach(fault -> declared.add(faultline.inject(fault)));
    }

    /** Heals it again, newest first, and judges it. */
    void healDeclared() {
        List<Injection> open = List.copyOf(declared);
        declared.clear();
        NewestFirst.close(open);
    }

    /**
     * Does what is to be done at the end, newest first, and fails for each verdict that was thrown and reached nobody.
     *
     * @param known why the test has failed, if it has
     */
    void end(List<Runnable> steps, Optional<Throwable> known) {
        List<Throwable> problems = NewestFirst.failures(steps);
        RaisedErrors errors = faultline.journal().errors();
        known.ifPresent(errors::hear);
        problems.forEach(errors::hear);
        problems.addAll(errors.takeUnheard(thread -> true));
        NewestFirst.rethrow(problems);
    }

    @Override
    public void close() {
        faultline.close();
    }
}
