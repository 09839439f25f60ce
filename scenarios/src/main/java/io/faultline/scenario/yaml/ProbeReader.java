package io.faultline.scenario.yaml;

import io.faultline.scenario.model.NamedProbe;
import io.faultline.scenario.probe.CommandProbe;
import io.faultline.scenario.probe.ExitCodeProbe;
import io.faultline.scenario.probe.FileProbe;
import io.faultline.scenario.probe.HttpProbe;
import io.faultline.scenario.probe.JvmClientProbe;
import io.faultline.scenario.probe.LogProbe;
import io.faultline.scenario.probe.Probe;
import io.faultline.scenario.probe.RedisProbe;
import io.faultline.scenario.probe.SqlProbe;
import io.faultline.scenario.probe.TcpProbe;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads probes: {@code http: {role: client, port: 8080, path: /health}}. For one thread. */
final class ProbeReader {

    private static final Duration WITHIN = Duration.ofSeconds(2);
    private static final int HIGHEST_PORT = 65535;
    private static final int HIGHEST_STATUS = 599;
    private static final int HIGHEST_EXIT_CODE = 255;

    private final Map<String, Function<Fields, Probe>> kinds = new LinkedHashMap<>();
    private final List<String> roles;
    private final Set<String> failed = new HashSet<>();

    ProbeReader(Set<String> roles) {
        this.roles = List.copyOf(roles);
        kinds.put("http", this::http);
        kinds.put("tcp", fields -> new TcpProbe(role(fields), port(fields, 0)));
        kinds.put("redis", fields -> new RedisProbe(role(fields), port(fields, RedisProbe.PORT)));
        kinds.put("command", this::command);
        kinds.put("log", this::log);
        kinds.put("sql", this::sql);
        kinds.put(
                "file",
                fields -> new FileProbe(
                        role(fields),
                        fields.text("path"),
                        fields.optional("contains").flatMap(Value::text)));
        kinds.put("process", this::process);
        kinds.put("client", ProbeReader::client);
    }

    /** Empty, with a problem, if it is none. */
    Optional<NamedProbe> read(String name, Value value) {
        Optional<NamedProbe> probe = value.fields("a probe").flatMap(fields -> {
            if (fields.names().size() != 1 || !kinds.containsKey(fields.names().get(0))) {
                String written = String.join(", ", fields.names());
                value.problem("a probe is one of " + String.join(", ", kinds.keySet()) + ", but this is "
                        + (written.isEmpty() ? "empty" : "\"" + written + "\"") + "."
                        + Suggestion.of(written, kinds.keySet()));
                return Optional.empty();
            }
            String kind = fields.names().get(0);
            return fields.required(kind)
                    .flatMap(told ->
                            told.fields("the probe \"" + kind + "\"").flatMap(inner -> probe(name, kind, told, inner)));
        });
        if (probe.isEmpty()) {
            failed.add(name);
        }
        return probe;
    }

    /** Whether there is one of this name which could not be read: it was told already. */
    boolean failed(String name) {
        return failed.contains(name);
    }

    private Optional<NamedProbe> probe(String name, String kind, Value told, Fields fields) {
        Duration within = fields.optional("within").flatMap(Value::duration).orElse(WITHIN);
        int before = told.problems();
        try {
            Probe probe = Objects.requireNonNull(kinds.get(kind), kind).apply(fields);
            fields.end();
            return Optional.of(new NamedProbe(name, probe, within));
        } catch (IllegalArgumentException e) {
            if (told.problems() == before) { // else it comes of what stands for what was not understood
                told.problem(String.valueOf(e.getMessage()));
            }
            fields.end();
            return Optional.empty();
        }
    }

    private String role(Fields fields) {
        return fields.required("role")
                .flatMap(value -> value.word(roles, "role"))
                .orElse("");
    }

    private static int port(Fields fields, int standard) {
        Optional<Value> port = standard == 0 ? fields.required("port") : fields.optional("port");
        return port.map(value -> value.whole(1, HIGHEST_PORT).orElse(1)).orElse(standard);
    }

    private Probe http(Fields fields) {
        Map<String, String> headers = new LinkedHashMap<>();
        fields.optional("headers")
                .flatMap(value -> value.fields("headers"))
                .ifPresent(all -> all.each(name -> headers.put(name, all.text(name))));
        return new HttpProbe(
                role(fields),
                port(fields, 0),
                fields.text("path", "/"),
                fields.text("method", "GET"),
                fields.optional("status")
                        .map(value -> value.elements().stream()
                                .flatMap(each ->
                                        each.whole(100, HIGHEST_STATUS).stream().boxed())
                                .toList())
                        .orElse(List.of(200)),
                fields.optional("body").flatMap(Value::text),
                headers);
    }

    private Probe command(Fields fields) {
        String role = role(fields);
        List<String> command = fields.required("command")
                .map(value -> value.isList()
                        ? value.texts()
                        : List.of("sh", "-c", value.text().orElse("")))
                .orElse(List.of(""));
        return new CommandProbe(
                role,
                command,
                fields.optional("exit-code")
                        .map(value -> value.whole(0, HIGHEST_EXIT_CODE).orElse(0))
                        .orElse(0),
                fields.optional("output").flatMap(Value::text));
    }

    private Probe log(Fields fields) {
        String role = role(fields);
        Optional<String> text = fields.optional("contains").flatMap(Value::text);
        Optional<String> expression = fields.optional("matches").flatMap(Value::text);
        if (text.isPresent() == expression.isPresent()) {
            throw new IllegalArgumentException(
                    "A log probe has either \"contains\" (a text) or \"matches\" (a regular expression).");
        }
        return text.map(each -> LogProbe.contains(role, each))
                .orElseGet(() -> LogProbe.matches(role, expression.orElseThrow()));
    }

    private Probe sql(Fields fields) {
        List<String> kinds = Stream.of(SqlProbe.Kind.values())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
        SqlProbe.Kind kind = fields.required("kind")
                .flatMap(value -> value.word(kinds, "kind of database"))
                .map(word -> SqlProbe.Kind.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(SqlProbe.Kind.POSTGRESQL);
        return new SqlProbe(
                role(fields),
                kind,
                port(fields, kind.port()),
                fields.text("database"),
                fields.text("user"),
                fields.text("password", ""),
                fields.text("query", "SELECT 1"));
    }

    private Probe process(Fields fields) {
        String role = role(fields);
        String is = fields.required("is")
                .flatMap(value -> value.word(List.of("running", "ended"), "state"))
                .orElse("running");
        Optional<Integer> code = fields.optional("exit-code")
                .map(value -> value.whole(0, HIGHEST_EXIT_CODE).orElse(0));
        if (is.equals("running") == code.isPresent()) {
            throw new IllegalArgumentException(
                    "A process probe is either \"is: running\", or \"is: ended\" with an \"exit-code\".");
        }
        return new ExitCodeProbe(role, code);
    }

    private static Probe client(Fields fields) {
        Optional<String> does = fields.optional("does")
                .flatMap(value -> value.word(List.of("work", "fail", "answer"), "thing that it does"));
        Optional<String> is = fields.optional("is").flatMap(value -> value.word(List.of("healthy"), "state"));
        if (does.isPresent() == is.isPresent()) {
            throw new IllegalArgumentException("A client probe has either \"does: work\" (a unit of work is done), "
                    + "\"does: fail\" (one fails in time), \"does: answer\" (either), or \"is: healthy\".");
        }
        return switch (does.orElse("")) {
            case "work" -> JvmClientProbe.WORKS;
            case "fail" -> JvmClientProbe.FAILS;
            case "answer" -> JvmClientProbe.ANSWERS;
            default -> JvmClientProbe.IS_HEALTHY;
        };
    }
}
