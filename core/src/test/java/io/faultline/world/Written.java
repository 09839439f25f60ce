package io.faultline.world;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Command;
import io.faultline.effect.Effect;
import java.time.Instant;
import java.util.List;

/** Effects as the text that makes them, under one tag. */
public final class Written {

    public static final String TAG = "FAULTLINE-0a1b2c3d-7";
    public static final Instant EXPIRY = Instant.parse("2026-11-23T04:05:06.789Z");

    private Written() {}

    public static List<Command> commands(Effect effect) {
        return ((AgentEffect) effect)
                .script(TAG, EXPIRY).apply().stream().flatMap(List::stream).toList();
    }

    /** What one tool reads. */
    public static List<String> lines(Effect effect, String tool) {
        return commands(effect).stream()
                .filter(command -> command.tool().equals(tool))
                .flatMap(command -> command.input().lines())
                .toList();
    }

    /** The rules that one of the iptables tools adds at the top of built-in chains, with the tag left out. */
    public static List<String> jumps(Effect effect, String tool) {
        return starting(effect, tool, "-I ");
    }

    /** The rules that one of the iptables tools puts into chains of ours, with the tag left out. */
    public static List<String> rules(Effect effect, String tool) {
        return starting(effect, tool, "-A ");
    }

    private static List<String> starting(Effect effect, String tool, String start) {
        return lines(effect, tool).stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.replace(TAG, "TAG"))
                .toList();
    }
}
