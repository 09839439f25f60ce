package io.faultline.scenario.yaml;

import io.faultline.scenario.model.About;
import io.faultline.scenario.model.NamedProbe;
import io.faultline.scenario.model.Parameter;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.model.Steady;
import io.faultline.scenario.model.Step;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** The text of a scenario, of which a {@link Scenario} is made. */
public final class ScenarioFile {

    /** What such files are called. */
    public static final String SUFFIX = ".scenario.yaml";

    private static final int FORMAT = 1;
    private static final String SEED = "seed";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Duration BEFORE = Duration.ofSeconds(30);
    private static final Duration AFTER = Duration.ofSeconds(10);

    private ScenarioFile() {}

    /**
     * Reads a scenario.
     *
     * @param file what problems call it
     * @param settings values of parameters, by name; those that are not there keep their default. Names that are no
     *     parameters of this scenario are ignored, since a run can be of several
     * @throws BadScenarioException with all mistakes at once
     */
    public static Scenario read(String file, String text, Map<String, String> settings) {
        Reading reading = new Reading(file);
        Optional<Node> root = Document.parse(text, reading);
        Optional<Scenario> scenario = root.flatMap(node ->
                new Value(node, reading).fields("a scenario").map(fields -> scenario(fields, settings, reading)));
        if (!reading.problems().isEmpty()) {
            throw new BadScenarioException(reading.problems());
        }
        return scenario.orElseThrow();
    }

    private static Scenario scenario(Fields fields, Map<String, String> settings, Reading reading) {
        fields.required("format").ifPresent(ScenarioFile::requireFormat);
        reading.declare(new Parameter(SEED, "what is drawn by chance", "1", settings.getOrDefault(SEED, "1")));
        fields.optional("parameters").ifPresent(value -> parameters(value, settings, reading));
        About about = about(fields);
        Map<String, String> roles = roles(fields);
        Map<String, NamedProbe> probes = new LinkedHashMap<>();
        ProbeReader probeReader = new ProbeReader(roles.keySet());
        fields.optional("probes")
                .flatMap(value -> value.fields("probes"))
                .ifPresent(all -> all.each(name -> all.required(name)
                        .flatMap(value -> probeReader.read(name, value))
                        .ifPresent(probe -> probes.put(name, probe))));
        StepReader stepReader = new StepReader(roles.keySet(), probes, probeReader);
        Steady steady = steady(fields, stepReader);
        List<Step> steps = fields.required("steps").map(stepReader::steps).orElse(List.of());
        stepReader.end();
        Scenario scenario = new Scenario(
                about,
                roles,
                reading.parameters().stream()
                        .filter(parameter -> !parameter.name().equals(SEED))
                        .toList(),
                probes,
                steady,
                steps,
                RoleBindingReader.read(fields.optional("reference"), roles.keySet()));
        fields.end();
        if (reading.count() == 0) { // else what is not used may be meant where something else is wrong
            unused(fields, scenario, stepReader, reading);
        }
        return scenario;
    }

    private static void requireFormat(Value value) {
        value.whole(1, Integer.MAX_VALUE).ifPresent(format -> {
            if (format != FORMAT) {
                value.problem("this version of Faultline reads format " + FORMAT + ", not " + format
                        + ". Use a newer one, or write \"format: " + FORMAT + "\".");
            }
        });
    }

    private static About about(Fields fields) {
        Optional<Value> name = fields.required("name");
        String written = name.flatMap(Value::text).orElse("");
        if (!written.isEmpty()) {
            isName(written, "name", name.orElseThrow());
        }
        return new About(
                written,
                fields.required("version")
                        .map(value -> value.whole(1, Integer.MAX_VALUE).orElse(1))
                        .orElse(1),
                fields.text("title"),
                fields.text("why"),
                fields.text("good"),
                fields.text("fix"),
                fields.optional("tags").map(ScenarioFile::tags).orElse(List.of()));
    }

    private static List<String> tags(Value value) {
        return value.elements().stream()
                .flatMap(each -> each.text().filter(tag -> isName(tag, "tag", each)).stream())
                .toList();
    }

    private static boolean isName(String written, String what, Value where) {
        if (NAME.matcher(written).matches()) {
            return true;
        }
        where.problem("\"" + written + "\" is no " + what + ": use a-z, 0-9 and hyphens, as in \"slow-database\".");
        return false;
    }

    private static Map<String, String> roles(Fields fields) {
        Map<String, String> roles = new LinkedHashMap<>();
        fields.required("roles").flatMap(value -> value.fields("roles")).ifPresent(all -> {
            all.each(role -> {
                all.required(role)
                        .filter(value -> !ROLE.matcher(role).matches())
                        .ifPresent(value -> value.problem("\"" + role
                                + "\" cannot be a role: it is the name of a host, of a-z, 0-9 and hyphens, at most 40 of "
                                + "them, and begins with a letter."));
                roles.put(role, all.text(role));
            });
            if (roles.isEmpty()) {
                fields.required("roles")
                        .orElseThrow()
                        .problem("name at least one role, as \"client: the program that is judged\".");
            }
        });
        return roles;
    }

    private static void parameters(Value value, Map<String, String> settings, Reading reading) {
        value.fields("parameters")
                .ifPresent(all -> all.each(name -> all.required(name)
                        .flatMap(one -> one.fields("the parameter \"" + name + "\""))
                        .ifPresent(fields -> {
                            Value parameter = all.required(name).orElseThrow();
                            if (name.equals(SEED)) {
                                parameter.problem(
                                        "\"" + SEED + "\" is there without being declared: use ${" + SEED + "}.");
                            }
                            isName(name, "name of a parameter", parameter);
                            int before = reading.count();
                            Optional<String> standard =
                                    fields.required("default").flatMap(Value::text);
                            boolean isKnown = reading.count() == before && standard.isPresent();
                            String usual = standard.orElse("");
                            Parameter declared = new Parameter(
                                    name, fields.text("about"), usual, settings.getOrDefault(name, usual));
                            if (isKnown) {
                                reading.declare(declared);
                            } else {
                                reading.declareWrong(declared);
                            }
                            fields.end();
                        })));
    }

    private static Steady steady(Fields fields, StepReader steps) {
        Optional<Value> value = fields.required("steady");
        if (value.isEmpty() || !value.get().isMapping()) {
            return new Steady(value.map(steps::probeNames).orElse(List.of()), BEFORE, AFTER);
        }
        Fields steady = value.get().fields("steady").orElseThrow();
        Steady read = new Steady(
                steady.required("probes").map(steps::probeNames).orElse(List.of()),
                steady.optional("before").flatMap(Value::duration).orElse(BEFORE),
                steady.optional("after").flatMap(Value::duration).orElse(AFTER));
        steady.end();
        return read;
    }

    /** What is written and has no effect is a mistake somewhere else. */
    private static void unused(Fields fields, Scenario scenario, StepReader steps, Reading reading) {
        scenario.parameters().stream()
                .filter(parameter ->
                        !reading.isUsed(parameter) && !parameter.name().equals(SEED))
                .forEach(parameter -> reading.problem(
                        fields.whereIs("parameters"),
                        "the parameter \"" + parameter.name() + "\" is never used: write ${" + parameter.name()
                                + "} where its value belongs, or remove it."));
        scenario.probes().keySet().stream()
                .filter(name -> !steps.usedProbes().contains(name))
                .sorted()
                .forEach(name -> reading.problem(
                        fields.whereIs("probes"), "the probe \"" + name + "\" is never used: remove it."));
        boolean expectsSomething = scenario.steps().stream()
                .flatMap(Step::all)
                .anyMatch(step -> step instanceof Step.Expect
                        || step instanceof Step.Terminate
                        || step instanceof Step.Check
                        || (step instanceof Step.Hold hold && hold.look().isPresent()));
        if (!scenario.steps().isEmpty() && !expectsSomething) {
            reading.problem(
                    fields.whereIs("steps"),
                    "nothing is expected, so nothing can be proven: add a step with \"expect\", \"hold\", \"check\" or \"terminate\".");
        }
    }
}
