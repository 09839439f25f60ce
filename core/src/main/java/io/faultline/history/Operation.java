package io.faultline.history;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One call of a client's.
 *
 * @param process who called: threads are numbered from 1, in the order in which they came
 * @param key what it was about
 * @param value what was written, added, or counted up by; empty for a read
 * @param answer what a read was answered: nothing, one value, or the elements of a collection
 * @param failure the exception in short; empty if there was none
 * @param invoked since the journal began
 * @param completed since the journal began; empty while it runs
 */
public record Operation(
        int process,
        Kind kind,
        String key,
        String value,
        Completion completion,
        List<String> answer,
        String failure,
        Duration invoked,
        Optional<Duration> completed) {

    /** What an operation does. */
    public enum Kind {
        WRITE,
        READ,
        ADD,
        INCREMENT,
        /** An increment whose answer is what the counter has come to. */
        INCREMENT_AND_GET;

        boolean changes() {
            return this != READ;
        }

        boolean answers() {
            return this == READ || this == INCREMENT_AND_GET;
        }

        /** As in {@code incrementAndGet}. */
        String word() {
            return switch (this) {
                case INCREMENT_AND_GET -> "incrementAndGet";
                default -> name().toLowerCase(Locale.ROOT);
            };
        }
    }

    public Operation {
        answer = List.copyOf(answer);
    }

    boolean is(Completion other) {
        return completion == other;
    }

    /** It has answered something that can be judged. */
    boolean hasAnswered() {
        return kind.answers() && is(Completion.OK);
    }

    /** It was over before the other began. */
    boolean isBefore(Operation other) {
        return endsBefore(other.invoked);
    }

    boolean endsBefore(Duration moment) {
        return completed.filter(end -> end.compareTo(moment) < 0).isPresent();
    }

    /** How far it counts up, or what it came to. */
    static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.valueOf(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** {@code write("k", "v1")}, and {@code read("k") = "v1"}: without how it ended. */
    String call() {
        String arguments = value.isEmpty() ? "" : ", " + (isCount() ? value : shortly(value));
        String text = kind.word() + "(\"" + key + "\"" + arguments + ")";
        return hasAnswered() ? text + " = " + answerText() : text;
    }

    private boolean isCount() {
        return kind == Kind.INCREMENT || kind == Kind.INCREMENT_AND_GET;
    }

    private String answerText() {
        if (answer.isEmpty()) {
            return "nothing";
        }
        return answer.size() == 1 ? shortly(answer.get(0)) : answer.size() + " elements";
    }

    private static final int SHOWN = 60;

    private static String shortly(String text) {
        return '"' + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…") + '"';
    }

    /** With who, how it ended and when, counted from zero. */
    String describe(Duration zero) {
        String end = completed.map(at -> " to " + moment(at, zero)).orElse(", still running");
        return call() + " by process " + process + ", " + completion.label() + " (" + moment(invoked, zero) + end + ")"
                + (failure.isEmpty() ? "" : ", " + failure);
    }

    private static String moment(Duration at, Duration zero) {
        return String.format(Locale.ROOT, "%+.3f s", at.minus(zero).toNanos() / 1e9);
    }
}
