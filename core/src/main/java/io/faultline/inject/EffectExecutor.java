package io.faultline.inject;

import io.faultline.effect.Effect;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Makes effects of certain kinds, and takes them back. Thread-safe. */
@API(status = Status.INTERNAL)
public interface EffectExecutor {

    /** Whether it is the one for this effect. */
    boolean handles(Effect effect);

    /** Whether it opens several that follow one another together; else it is given one at a time. */
    default boolean takesSeveral() {
        return true;
    }

    /**
     * Makes them in their order, all or none.
     *
     * @throws RuntimeException if one cannot be made; then nothing stays changed
     */
    ActiveEffects open(List<Effect> effects, OpenOptions options);
}
