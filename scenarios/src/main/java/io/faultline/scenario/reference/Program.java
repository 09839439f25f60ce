package io.faultline.scenario.reference;

import io.faultline.scenario.reference.Recipe.Trait;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The programs that play a role in reference systems: clients, which do units of work when they are asked to over HTTP,
 * and the servers that these depend on. Each client does all as it should, or leaves the things at their default that it
 * is told to.
 */
public enum Program {
    /** An HTTP service under waitress, which notes in Redis what it does. */
    PYTHON_SERVICE(Recipe.client(Image.PYTHON, "/reference/service.py").weaknesses("timeout", "sigterm", "logging")),
    /** A worker that takes tasks from a list in Redis. */
    PYTHON_WORKER(Recipe.client(Image.PYTHON, "/reference/worker.py").weaknesses("timeout", "sigterm", "logging")),

    /** A Redis that keeps nothing. */
    REDIS(Recipe.server(Image.REDIS, 6379, ".*Ready to accept connections.*"));

    private final Recipe recipe;

    Program(Recipe recipe) {
        this.recipe = recipe;
    }

    /** @throws IllegalArgumentException if there is none of this name; the message tells those that there are */
    public static Program named(String name) {
        return Arrays.stream(values())
                .filter(program -> program.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No reference program is called \"" + name
                        + "\" (there is: "
                        + Arrays.stream(values()).map(Program::toString).collect(Collectors.joining(", ")) + ")."));
    }

    Recipe recipe() {
        return recipe;
    }

    boolean has(Trait trait) {
        return recipe.traits().contains(trait);
    }

    /** Whether others depend on it; else it is a client, which depends on the servers of its system. */
    public boolean isServer() {
        return has(Trait.SERVER);
    }

    /** The port that it is asked at: a client's HTTP, or the one that a server's clients connect to. */
    public int port() {
        return recipe.port();
    }

    /** What it ends with when it was told to stop and did so well. */
    public int exitCode() {
        return recipe.exitCode();
    }

    /** The words for what it leaves at its default if it is told to, in alphabetical order. */
    public Set<String> weaknesses() {
        return new TreeSet<>(recipe.weaknesses());
    }

    /** As in files and reports: {@code python-service}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
