package io.faultline.docker.engine;

/** Docker cannot be used: it is not there, not permitted, or cannot give what is needed. Nothing was touched. */
public final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public EngineException(String message) {
        super(oneLine(message));
    }

    public EngineException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    // What Docker says ends in a line break, in the middle of our sentence.
    private static String oneLine(String message) {
        return message.replaceAll("\\s*\\R\\s*", " ").replace(" .", ".");
    }
}
