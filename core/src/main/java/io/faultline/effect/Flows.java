package io.faultline.effect;

import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Those that packets which an effect harmed belong to.
 *
 * @param met the earliest first
 * @param full whether there may be others, as no more are remembered
 */
@API(status = Status.INTERNAL)
public record Flows(List<Flow> met, boolean full) {

    public Flows {
        met = List.copyOf(met);
    }
}
