package io.faultline.junit;

import io.faultline.Faultline;
import io.faultline.fault.Fault;
import io.faultline.fault.Schedule;
import io.faultline.fault.Together;
import io.faultline.inject.Injection;
import io.faultline.inject.NewestFirst;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
                        context.getUniqueId(), key -> new Session(Faultline.in(SharedRun.of(context))), Session.class);
    }

    static Optional<Session> existing(ExtensionContext context) {
        return Optional.ofNullable(store(context).get(context.getUniqueId(), Session.class));
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
            declared.add(faultline.inject(atOnce.size() == 1 ? atOnce.get(0) : Together.of(atOnce)));
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

    @Override
    public void close() {
        faultline.close();
    }
}
