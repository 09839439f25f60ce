package io.faultline.effect;

import java.util.List;

/**
 * A name server that the agent runs for a change, in its namespace and for as long as it is open. It answers some queries
 * wrongly and passes all others on to whom they were meant for.
 *
 * @param names which ones, in lower case and without a dot at the end; {@code *.x} is every name below x, and no name at
 *     all means every name
 * @param addresses what {@link Answer#ADDRESSES} gives; who asks for the other family's address is told that there is none
 */
public record Responder(Answer answer, List<String> names, List<String> addresses) {

    /** What is answered. */
    public enum Answer {
        SILENCE("no answer"),
        NXDOMAIN("NXDOMAIN"),
        SERVFAIL("SERVFAIL"),
        REFUSED("REFUSED"),
        ADDRESSES("the address");

        private final String words;

        Answer(String words) {
            this.words = words;
        }
    }

    public Responder {
        names = List.copyOf(names);
        addresses = List.copyOf(addresses);
    }

    @Override
    public String toString() {
        String what = answer == Answer.ADDRESSES ? answer.words + " " + String.join(", ", addresses) : answer.words;
        return what + " for " + (names.isEmpty() ? "every name" : String.join(", ", names));
    }
}
