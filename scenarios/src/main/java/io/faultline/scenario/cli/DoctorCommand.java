package io.faultline.scenario.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.faultline.Faultline;
import io.faultline.topology.Capability;
import io.faultline.topology.Capability.State;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        description = {
            "Examine what this machine can do, by letting an agent try it.",
            "Says of all that is missing or limited what to do about it. Ends with 4 if something is missing."
        },
        optionListHeading = "%nOptions:%n")
final class DoctorCommand implements Callable<Integer> {

    @Option(names = "--json", description = "Print it as JSON, for programs.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<Capability> found = Faultline.examine();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            // Made here: picocli loads all commands, and only this option needs Gson.
            Gson gson =
                    new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();
            out.println(gson.toJson(json(found)));
        } else {
            int width =
                    found.stream().mapToInt(each -> each.name().length()).max().orElse(0);
            found.forEach(capability -> print(out, capability, width));
            out.println(conclusion(found));
        }
        return isMissing(found) ? ExitCode.ENVIRONMENT : ExitCode.HELD;
    }

    private static JsonObject json(List<Capability> found) {
        JsonObject json = new JsonObject();
        json.addProperty("faultline", Version.number());
        JsonArray capabilities = new JsonArray();
        for (Capability capability : found) {
            JsonObject one = new JsonObject();
            one.addProperty("name", capability.name());
            one.addProperty("state", capability.state().name());
            one.addProperty("found", capability.found());
            capability.cure().ifPresent(cure -> one.addProperty("cure", cure));
            capabilities.add(one);
        }
        json.add("capabilities", capabilities);
        return json;
    }

    private static void print(PrintWriter out, Capability capability, int width) {
        String colour = switch (capability.state()) {
            case OK -> "green";
            case LIMITED -> "yellow";
            case MISSING -> "bold,red";
        };
        // What was found is not markup, and may hold what looks like it.
        String state = Ansi.AUTO.string("@|" + colour + " " + String.format("%-7s", capability.state()) + "|@");
        out.printf("%s  %-" + width + "s  %s%n", state, capability.name(), capability.found());
        capability.cure().ifPresent(cure -> out.printf("%" + (width + 11) + "sto do: %s%n", "", cure));
    }

    private static String conclusion(List<Capability> found) {
        if (isMissing(found)) {
            return "This machine cannot run Faultline yet.";
        }
        boolean limited = found.stream().anyMatch(capability -> capability.state() == State.LIMITED);
        return limited ? "Faultline works here, within these limits." : "Faultline works here.";
    }

    private static boolean isMissing(List<Capability> found) {
        return found.stream().anyMatch(capability -> capability.state() == State.MISSING);
    }
}
