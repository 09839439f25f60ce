package io.faultline.scenario.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What can be written in a scenario file, with what it means: the schema and the tables in the docs are made of it. */
final class Vocabulary {

    /**
     * One field.
     *
     * @param type a definition of the schema
     * @param standard what holds if it is not written; empty if there is no such thing
     */
    record Field(String name, String type, boolean required, String standard, String about) {}

    static final Map<String, List<Field>> PROBES = new LinkedHashMap<>();
    static final Map<String, List<Field>> STEPS = new LinkedHashMap<>();
    static final Map<String, String> MEANINGS = new LinkedHashMap<>();

    private static final Field ROLE = needed("role", "text", "whom it looks at");
    private static final Field WITHIN = field("within", "time", "2s", "how long one look may take");

    static final List<Field> SCENARIO = List.of(
            needed("format", "format", "of this file: 1"),
            needed("name", "name", "what the command and the reports call it: a-z, 0-9 and hyphens"),
            needed("version", "whole", "of its text, which reports name: count it up when you change it"),
            needed("title", "text", "what happens, in one line"),
            needed("why", "text", "why anyone should care"),
            needed("good", "text", "what a system does that copes"),
            needed("fix", "text", "what to do about one that does not: reports of failures show it"),
            field("tags", "names", "", "by which several are chosen, as in 'faultline run shutdown'"),
            needed(
                    "roles",
                    "roles",
                    "what plays in it: each by its name, with what it is; 'client' is the one that is judged"),
            field("parameters", "parameters", "", "what --set NAME=VALUE can set, used as ${NAME} in any value"),
            field("probes", "probes", "", "the looks that steps take, by name"),
            needed(
                    "steady",
                    "steady",
                    "the probes that pass while all is well: before the first step, and again after the last"),
            needed("steps", "steps", "what is done and expected, in order"),
            field("reference", "reference", "", "which reference programs play the roles where nobody else does"));

    static final List<Field> PARAMETER = List.of(
            needed("default", "text", "its value if nobody sets it"),
            needed("about", "text", "what it is, with its unit"));

    static final List<Field> STEADY = List.of(
            needed("probes", "probeUses", "the probes that pass while all is well"),
            field("before", "time", "30s", "how long the system may take to become well at first"),
            field("after", "time", "10s", "how long after the last step"));

    static final List<Field> PROGRAM = List.of(
            needed("program", "programs", "the program, or several of which --system chooses one"),
            field("naive", "text", "", "what --client naive leaves at its default, by spaces"),
            field("environment", "environment", "", "more variables that it starts with"),
            field(
                    "proxied",
                    "truth",
                    "false",
                    "whether the others reach it through a proxy, as faults on streams need"));

    static {
        probe(
                "http",
                "one request is answered as it should be; nothing is repeated, no redirect followed",
                ROLE,
                needed("port", "port", "in the container"),
                field("path", "text", "/", "with its query, as /work?ms=100"),
                field("method", "text", "GET", "in capitals"),
                field("status", "statuses", "200", "that is right, or several"),
                field("body", "text", "", "text that the answer's body has to contain"),
                field("headers", "texts by name", "", "of the request"),
                WITHIN);
        probe("tcp", "a connection to a port can be opened", ROLE, needed("port", "port", "in the container"), WITHIN);
        probe("redis", "a Redis answers PING", ROLE, field("port", "port", "6379", "in the container"), WITHIN);
        probe(
                "command",
                "a command that is run in the container ends as it should",
                ROLE,
                needed(
                        "command",
                        "texts",
                        "a list of a program and its arguments, or one line for the container's shell"),
                field("exit-code", "exitCode", "0", "that is right"),
                field("output", "text", "", "text that it has to write"),
                WITHIN);
        probe(
                "log",
                "the container has written such a line since the fault was injected",
                ROLE,
                field("contains", "text", "", "a text in the line: this or matches"),
                field("matches", "text", "", "a regular expression that is found in the line: this or contains"),
                WITHIN);
        probe(
                "sql",
                "a database answers a query, through the JDBC driver on the class path",
                ROLE,
                needed("kind", "database", "postgresql, mariadb or mysql"),
                field("port", "port", "the kind's own", "in the container"),
                needed("database", "text", "its name"),
                needed("user", "text", "who asks"),
                field("password", "text", "", "of the user"),
                field("query", "text", "SELECT 1", "that changes nothing"),
                WITHIN);
        probe(
                "file",
                "a file or directory is there, seen by the container's shell",
                ROLE,
                needed("path", "text", "absolute"),
                field("contains", "text", "", "text that one of its lines has to contain"),
                WITHIN);
        probe(
                "process",
                "the container runs, or has ended",
                ROLE,
                needed("is", "process", "running, or ended"),
                field("exit-code", "exitCode", "", "that it has to have ended with; with is: ended only"),
                WITHIN);
        probe(
                "client",
                "the client in the JVM of a test does a unit of work, or is healthy: scenarios/JUNIT.md",
                field(
                        "does",
                        "work",
                        "",
                        "work (a unit of work is done), tell (one fails in time), or answer (either): this or is"),
                field("is", "healthy", "", "healthy, by its own word: this or does"),
                WITHIN);
        step(
                "inject",
                "injects faults; they stay until they are healed, or the scenario ends",
                needed("inject", "faults", "a fault by its kind, with its role or its attributes; or several as one"),
                field("as", "text", "the first fault's kind", "what heal calls it"));
        step(
                "expect",
                "expects that a probe comes to pass, or to fail: under a fault it must have been otherwise before",
                needed("expect", "text", "what is expected, in words, for the report"),
                needed("probe", "probeUse", "the probe that is looked at: its name, or one written here"),
                field("is", "state", "passing", "passing or failing"),
                needed("within", "time", "how long that may take"));
        step(
                "hold",
                "expects that a probe passes at every look, or fails, for a while; without a probe, lets time pass",
                needed("hold", "text", "what is to stay true, in words, for the report"),
                field("probe", "probeUse", "", "the probe that is looked at: its name, or one written here"),
                field("is", "state", "passing", "passing or failing"),
                needed("for", "time", "how long"));
        step(
                "heal",
                "heals what was injected under this name, and proves that it had an effect",
                needed("heal", "text", "the name"));
        step(
                "terminate",
                "stops the container, and expects a graceful shutdown",
                needed("terminate", "text", "the role"),
                needed("within", "time", "how long it may take to end"),
                field("signal", "text", "the container's own stop signal", "by which it is told: `SIGQUIT`, `RTMIN+3`"),
                field("exit-codes", "exitCodes", "[0, 143]", "that are right"),
                field("last-log-line", "text", "", "a text in one of the last lines that it writes"),
                field("again-after", "time", "", "when the signal is sent a second time"),
                field(
                        "finishing",
                        "probeUse",
                        "",
                        "the probe that is begun just before the signal and must still pass"));
        step(
                "record",
                "makes calls in the background, each with its own number, until they are checked: HISTORIES.md",
                needed("record", "text", "the name of their history"),
                needed(
                        "call",
                        "probe",
                        "http or command, with {n} where the number belongs; passing means acknowledged"),
                field("every", "time", "100ms", "from the beginning of a call to that of the next in its process"),
                field("processes", "processes", "1", "how many make calls at the same time"),
                field(
                        "failed",
                        "codes",
                        "",
                        "statuses or exit codes that promise that nothing was done; with any other error, nobody knows"));
        step(
                "check",
                "ends the calls and judges them, when all is healed",
                needed("check", "text", "the name of the history"),
                needed(
                        "truth",
                        "probe",
                        "http, command or sql, whose answer has the numbers of the calls that were done"),
                field(
                        "claims",
                        "claims",
                        "[nothing-lost, nothing-twice]",
                        "what has to hold: also no-failed-write-done"),
                field("within", "time", "10s", "for how long the truth is read again until it can be read"));
        step(
                "parallel",
                "takes several lists of steps at the same time, and waits for the last",
                needed("parallel", "branches", "two lists of steps or more"));
        step(
                "repeat",
                "takes the same steps again and again; what they inject they have to heal",
                needed("repeat", "times", "how many times"),
                needed("steps", "steps", "the steps"));
    }

    private Vocabulary() {}

    private static void probe(String kind, String meaning, Field... fields) {
        PROBES.put(kind, List.of(fields));
        MEANINGS.put(kind, meaning);
    }

    private static void step(String kind, String meaning, Field... fields) {
        STEPS.put(kind, List.of(fields));
        MEANINGS.put(kind, meaning);
    }

    private static Field needed(String name, String type, String about) {
        return new Field(name, type, true, "", about);
    }

    private static Field field(String name, String type, String standard, String about) {
        return new Field(name, type, false, standard, about);
    }
}
