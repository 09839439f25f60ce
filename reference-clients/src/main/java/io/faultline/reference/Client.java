package io.faultline.reference;

/** What one program does with its dependency. Thread-safe. */
interface Client extends AutoCloseable {

    /**
     * Does a unit of work, and answers "done" only if it was really done.
     *
     * @throws Exception if it could not, for a reason that the user is told
     */
    Answer work(Unit unit) throws Exception;

    /** What is known of its connections, without asking the dependency. */
    default boolean isWell() {
        return true;
    }

    @Override
    default void close() {}
}
