package io.faultline.inject;

import io.faultline.agent.Seen;
import java.time.Duration;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * How effects are opened.
 *
 * @param maximum when they end by themselves, whatever still runs
 * @param lifted whether they are only prepared, and do no harm until they are restored
 * @param unchanged what the agent has to find as it was seen before; only the agent's executor knows of it
 */
@API(status = Status.INTERNAL)
public record OpenOptions(Duration maximum, boolean lifted, List<Seen> unchanged) {

    public OpenOptions {
        unchanged = List.copyOf(unchanged);
    }

    /** For targets that have been looked at just now. */
    public OpenOptions(Duration maximum, boolean lifted) {
        this(maximum, lifted, List.of());
    }
}
