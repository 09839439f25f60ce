package io.faultline.world;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.faultline.effect.AgentEffect;
import io.faultline.effect.Effect;

/** Effects as the agent is told of them. */
public final class Written {

    private Written() {}

    /** What kind of order it is. */
    public static String verb(Effect effect) {
        return ((AgentEffect) effect).action().verb();
    }

    /** The order as JSON. */
    public static JsonObject order(Effect effect) {
        return new Gson().toJsonTree(((AgentEffect) effect).action().request()).getAsJsonObject();
    }

    /** The part of the order that has this name. */
    public static String part(Effect effect, String name) {
        return order(effect).get(name).toString();
    }
}
