package io.faultline.history;

import org.jspecify.annotations.Nullable;

/**
 * The client's call that an operation consists of. What it returns and throws is passed on as it is.
 *
 * @param <T> what the client answers
 * @param <X> the checked exception that it throws, if there is one
 */
@FunctionalInterface
public interface Call<T extends @Nullable Object, X extends Exception> {
    T call() throws X;

    /**
     * The same for a call that answers nothing.
     *
     * @param <X> the checked exception that it throws, if there is one
     */
    @FunctionalInterface
    interface WithoutAnswer<X extends Exception> {
        void call() throws X;
    }
}
