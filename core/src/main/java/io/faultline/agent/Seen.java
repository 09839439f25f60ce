package io.faultline.agent;

import io.faultline.agent.Answers.Look;
import io.faultline.agent.Answers.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * A process as it was seen when a change was planned. The change is made only if it is so still.
 *
 * @param started when it began, which no other process with its number did
 * @param version of the look at its network namespace; absent if only the process matters
 */
public record Seen(int pid, long started, @Nullable String version) {

    /** A container's first process with all of its network. */
    public static Seen of(int pid, Look look) {
        return new Seen(pid, look.started(), look.version());
    }

    public static Seen of(Proxy proxy) {
        return new Seen(proxy.pid(), proxy.started(), null);
    }
}
