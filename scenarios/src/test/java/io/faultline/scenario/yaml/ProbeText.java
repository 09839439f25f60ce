package io.faultline.scenario.yaml;

import io.faultline.scenario.model.NamedProbe;
import io.faultline.scenario.probe.CommandProbe;
import io.faultline.scenario.probe.HttpProbe;
import io.faultline.scenario.probe.LogProbe;
import io.faultline.scenario.probe.Probe;
import io.faultline.scenario.probe.RedisProbe;
import java.util.List;
import java.util.stream.Collectors;

/** What a probe looks at, in words for people. */
final class ProbeText {

    private ProbeText() {}

    /** Its row in the table of a scenario's probes. */
    static String row(NamedProbe probe) {
        return "| `" + probe.name() + "` | " + passesWhen(probe.probe()) + " | " + StepText.time(probe.within()) + " |";
    }

    private static String passesWhen(Probe probe) {
        if (probe instanceof HttpProbe http) {
            return "`" + http.method() + " " + http.path() + "` at port " + http.port() + " of `" + http.role()
                    + "` is answered by " + oneOf(http.statuses())
                    + http.body().map(text -> ", with `" + text + "` in it").orElse("");
        }
        if (probe instanceof RedisProbe redis) {
            return "the Redis at port " + redis.port() + " of `" + redis.role() + "` answers PING";
        }
        if (probe instanceof CommandProbe command) {
            String line = command.command().get(command.command().size() - 1).replace("|", "\\|");
            return "in `" + command.role() + "`, this ends with exit code " + command.exitCode() + ": `" + line + "`";
        }
        if (probe instanceof LogProbe log) {
            return "`" + log.role() + "` has logged a line with " + log.meaning();
        }
        throw new IllegalArgumentException("There are no words yet for " + probe + ". Add them here.");
    }

    private static String oneOf(List<Integer> statuses) {
        return statuses.stream().map(String::valueOf).collect(Collectors.joining(" or "));
    }
}
