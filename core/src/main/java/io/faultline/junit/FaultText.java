package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.topology.Target;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A fault in words, as files write it: the name of its kind, and what the annotation of the same fault calls its attributes,
 * in lower case with hyphens. So whatever can be declared on a test can be written, and means the same. Immutable.
 *
 * @param kind as {@code packet-loss}
 * @param attributes texts, numbers, truth values, and lists of texts, by name; the annotation's {@code value} is {@code target}
 */
public record FaultText(String kind, Map<String, Object> attributes) {

    private static final Map<String, Class<? extends Annotation>> DECLARED_BY = new LinkedHashMap<>();

    static {
        DECLARED_BY.put("partition", WithPartition.class);
        DECLARED_BY.put("packet-loss", WithPacketLoss.class);
        DECLARED_BY.put("reset-connections", WithResetConnections.class);
        DECLARED_BY.put("dns-failure", WithDnsFailure.class);
        DECLARED_BY.put("disconnect", WithDisconnect.class);
        DECLARED_BY.put("latency", WithLatency.class);
        DECLARED_BY.put("duplicate", WithDuplicate.class);
        DECLARED_BY.put("reorder", WithReorder.class);
        DECLARED_BY.put("corrupt", WithCorrupt.class);
        DECLARED_BY.put("bandwidth", WithBandwidth.class);
        DECLARED_BY.put("link", WithLink.class);
        DECLARED_BY.put("slow-stream", WithSlowStream.class);
        DECLARED_BY.put("stalled-stream", WithStalledStream.class);
        DECLARED_BY.put("limited-stream", WithLimitedStream.class);
        DECLARED_BY.put("sliced-stream", WithSlicedStream.class);
        DECLARED_BY.put("slow-close-stream", WithSlowCloseStream.class);
        DECLARED_BY.put("reset-stream", WithResetStream.class);
        DECLARED_BY.put("closed-stream", WithClosedStream.class);
        DECLARED_BY.put("blocked-stdout", WithBlockedStdout.class);
        DECLARED_BY.put("frozen-log-reader", WithFrozenLogReader.class);
        DECLARED_BY.put("daemon-stall", WithDaemonStall.class);
        DECLARED_BY.put("freeze", WithFreeze.class);
        DECLARED_BY.put("pause", WithPause.class);
        DECLARED_BY.put("kill", WithKill.class);
        DECLARED_BY.put("terminate", WithTerminate.class);
        DECLARED_BY.put("restart", WithRestart.class);
        DECLARED_BY.put("signal", WithSignal.class);
        DECLARED_BY.put("clock-skew", WithClockSkew.class);
        DECLARED_BY.put("clock-drift", WithClockDrift.class);
        DECLARED_BY.put("cpu-stress", WithCpuStress.class);
        DECLARED_BY.put("memory-pressure", WithMemoryPressure.class);
        DECLARED_BY.put("disk-full", WithDiskFull.class);
        DECLARED_BY.put("file-descriptor-exhaustion", WithFileDescriptorExhaustion.class);
    }

    /** @throws IllegalArgumentException if there is no such kind */
    public FaultText {
        if (!DECLARED_BY.containsKey(kind)) {
            throw new IllegalArgumentException("There is no fault \"" + kind + "\" (there are: " + kinds() + ").");
        }
        attributes = Map.copyOf(attributes);
    }

    /** All kinds that can be written. */
    public static List<String> kinds() {
        return List.copyOf(DECLARED_BY.keySet());
    }

    /**
     * What a fault of this kind can be told, {@code target} first.
     *
     * @throws IllegalArgumentException if there is no such kind
     */
    public static List<Attribute> attributesOf(String kind) {
        return Arrays.stream(declaredBy(kind).getDeclaredMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .map(FaultText::attribute)
                .sorted(Comparator.comparing((Attribute each) -> !each.name().equals(Attribute.TARGET))
                        .thenComparing(Attribute::name))
                .toList();
    }

    /**
     * The annotation that declares a fault of this kind on a test.
     *
     * @throws IllegalArgumentException if there is no such kind
     */
    public static Class<? extends Annotation> declaredBy(String kind) {
        return new FaultText(kind, Map.of()).annotation();
    }

    /**
     * One attribute of a kind of fault.
     *
     * @param type {@code String}, {@code String[]}, an enum or a primitive type
     * @param choices all that it may be, if they can be counted
     */
    public record Attribute(String name, Class<?> type, boolean required, List<String> choices) {

        static final String TARGET = "target";

        public Attribute {
            choices = List.copyOf(choices);
        }
    }

    private static Attribute attribute(Method method) {
        Class<?> type = method.getReturnType();
        return new Attribute(written(method), type, method.getDefaultValue() == null, choices(type));
    }

    /**
     * The fault, which is not injected yet.
     *
     * @param targets what the names of targets mean
     * @param place what those names are called, as {@code role}
     * @param problems takes everything that is wrong, a sentence each
     * @return empty if something is wrong
     */
    public Optional<Fault> make(Map<String, Target> targets, String place, Consumer<String> problems) {
        List<String> wrong = new ArrayList<>();
        Map<String, Object> values = new LinkedHashMap<>();
        for (Method method : annotation().getDeclaredMethods()) {
            if (!Modifier.isStatic(method.getModifiers())) {
                value(method, wrong).ifPresent(value -> values.put(method.getName(), value));
            }
        }
        if (wrong.isEmpty()) {
            DeclarationContext names = new DeclarationContext(targets, place);
            Optional<Fault> fault = DeclaredFaults.make(declaration(values), kind, names);
            if (names.problems().isEmpty()) {
                return fault;
            }
            wrong.addAll(names.problems());
        }
        wrong.forEach(problems);
        return Optional.empty();
    }

    private Class<? extends Annotation> annotation() {
        return Objects.requireNonNull(DECLARED_BY.get(kind), kind);
    }

    private Annotation declaration(Map<String, Object> values) {
        Class<? extends Annotation> type = annotation();
        return (Annotation) Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                    Object value = values.get(method.getName());
                    return switch (method.getName()) {
                        case "annotationType" -> type;
                        case "toString" -> kind;
                        default -> value == null ? method.getDefaultValue() : value;
                    };
                });
    }

    private Optional<Object> value(Method method, List<String> wrong) {
        String name = written(method);
        Object given = attributes.get(name);
        if (given == null) {
            if (method.getDefaultValue() == null) {
                wrong.add(kind + ": \"" + name + "\" is missing.");
            }
            return Optional.empty();
        }
        try {
            return Optional.of(converted(given, method.getReturnType()));
        } catch (IllegalArgumentException e) {
            wrong.add(kind + ": \"" + name + "\" is " + given + ", but must be " + e.getMessage() + ".");
            return Optional.empty();
        }
    }

    private static Object converted(Object given, Class<?> type) {
        if (type == String[].class) {
            return given instanceof List<?> list
                    ? list.stream().map(String::valueOf).toArray(String[]::new)
                    : new String[] {String.valueOf(given)};
        }
        if (given instanceof List<?>) {
            throw new IllegalArgumentException("one value, not a list");
        }
        if (type == boolean.class) {
            return expected(given, Boolean.class, "true or false");
        }
        if (type == double.class) {
            return expected(given, Number.class, "a number").doubleValue();
        }
        if (type == int.class || type == long.class) {
            long whole = expected(given, Long.class, "a whole number");
            if (type == int.class && whole != (int) whole) {
                throw new IllegalArgumentException("smaller than 2^31");
            }
            return type == int.class ? (Object) (int) whole : (Object) whole;
        }
        return type.isEnum() ? constant(type, String.valueOf(given)) : String.valueOf(given);
    }

    private static <T> T expected(Object given, Class<T> type, String what) {
        if (!type.isInstance(given)) {
            throw new IllegalArgumentException(what);
        }
        return type.cast(given);
    }

    private static Object constant(Class<?> type, String given) {
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> lower(each).equals(given.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("one of " + choices(type)));
    }

    private static List<String> choices(Class<?> type) {
        return type.isEnum()
                ? Stream.of(type.getEnumConstants()).map(FaultText::lower).toList()
                : List.of();
    }

    private static String lower(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code containerLegOnly} is written {@code container-leg-only}. */
    private static String written(Method method) {
        String name = method.getName();
        return name.equals("value")
                ? Attribute.TARGET
                : name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** As it was written: {@code pause of dependency}. */
    @Override
    public String toString() {
        return kind + " of " + attributes.getOrDefault(Attribute.TARGET, "?");
    }
}
