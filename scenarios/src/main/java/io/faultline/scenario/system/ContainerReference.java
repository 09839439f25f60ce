package io.faultline.scenario.system;

import java.util.List;
import java.util.function.Predicate;

/** How a container is meant: by its name, by the beginning of its id, or as {@code label=KEY=VALUE}. */
record ContainerReference(String text) {

    private static final String LABEL = "label=";
    private static final int SHORTEST_ID = 4;

    /** @throws IllegalArgumentException if it cannot mean any container */
    ContainerReference {
        boolean isIncomplete = text.startsWith(LABEL) && !text.matches("label=[^=]+=.+");
        if (text.isBlank() || isIncomplete) {
            throw new IllegalArgumentException("\"" + text
                    + "\" means no container. Write its name, the beginning of its " + "id, or label=KEY=VALUE.");
        }
    }

    /**
     * The one running container that is meant.
     *
     * @throws BindingException if none or several are, or it does not run
     */
    Candidate among(List<Candidate> all) {
        List<Candidate> meant = matching(all);
        List<Candidate> running = meant.stream().filter(Candidate::isRunning).toList();
        if (running.size() == 1) {
            return running.get(0);
        }
        if (meant.isEmpty()) {
            throw new BindingException("\"" + text + "\" matched no container (running: "
                    + listed(all.stream().filter(Candidate::isRunning).toList()) + "). Start it first, or correct it.");
        }
        if (running.isEmpty()) {
            throw new BindingException("\"" + text + "\" does not run: " + listed(meant) + ". Start it first.");
        }
        throw new BindingException("\"" + text + "\" matched " + running.size() + " running containers: "
                + listed(running) + ". Use the full name of the one that is meant.");
    }

    // A name decides before an id does, as in Docker.
    private List<Candidate> matching(List<Candidate> all) {
        if (text.startsWith(LABEL)) {
            String[] parts = text.substring(LABEL.length()).split("=", 2);
            return filtered(all, candidate -> candidate.has(parts[0], parts[1]));
        }
        List<Candidate> named = filtered(all, candidate -> candidate.name().equals(text));
        return named.isEmpty() && text.matches("[0-9a-f]{" + SHORTEST_ID + ",64}")
                ? filtered(all, candidate -> candidate.id().startsWith(text))
                : named;
    }

    private static List<Candidate> filtered(List<Candidate> all, Predicate<Candidate> wanted) {
        return all.stream().filter(wanted).toList();
    }

    private static String listed(List<Candidate> candidates) {
        return Binding.listed(
                candidates.stream().map(Candidate::described).sorted().toList());
    }
}
