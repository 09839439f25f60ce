package io.faultline.junit;

import io.faultline.Faultline;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * The Faultline of one test, or of one class. The extension closes it after the test; should that never come, because
 * something before it failed, JUnit closes it with the store, still before the containers.
 */
@SuppressWarnings("deprecation") // see SharedRun
record Session(Faultline faultline) implements Store.CloseableResource, AutoCloseable {

    /** The context's own, made on first use: not the one of its class, which a plain look into the store would find. */
    static Session of(ExtensionContext context) {
        return store(context)
                .getOrComputeIfAbsent(
                        context.getUniqueId(), key -> new Session(Faultline.in(SharedRun.of(context))), Session.class);
    }

    static Optional<Session> existing(ExtensionContext context) {
        return Optional.ofNullable(store(context).get(context.getUniqueId(), Session.class));
    }

    private static Store store(ExtensionContext context) {
        return context.getStore(SharedRun.NAMESPACE);
    }

    @Override
    public void close() {
        faultline.close();
    }
}
