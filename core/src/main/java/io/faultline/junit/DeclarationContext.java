package io.faultline.junit;

import io.faultline.Faultline;
import io.faultline.topology.Target;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.ContainerState;

/**
 * A test that declares faults: tells what the texts in its annotations mean, and keeps the problems, so that all of them
 * are reported at once. For one thread.
 */
public final class DeclarationContext {

    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?) ?(ms|s|m)");
    private static final Map<String, Duration> UNITS =
            Map.of("ms", Duration.ofMillis(1), "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1));

    /** Stands for what could not be understood; no fault is made with it, for a problem has been noted. */
    private static final Target UNKNOWN = Target.named("unknown");

    private final Map<String, Supplier<Target>> targets = new LinkedHashMap<>();
    private final String unknown;
    private final String missing;
    private final List<String> problems = new ArrayList<>();
    private String declaration = "";

    /** @param instances the test's own and those around it */
    DeclarationContext(List<Object> instances) {
        unknown = "there is no container in a field \"%s\" (containers: %s). Name the field that holds it";
        missing = "no target is named. Name the field of a container";
        for (Object instance : instances) {
            for (Class<?> type = instance.getClass(); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    read(field, instance)
                            .ifPresent(container -> targets.putIfAbsent(
                                    field.getName(), () -> Faultline.target(field.getName(), container)));
                }
            }
        }
    }

    /**
     * What stands for a test where there is none.
     *
     * @param place what the names of its targets are called, as {@code role}
     */
    DeclarationContext(Map<String, Target> targets, String place) {
        unknown = "there is no " + place + " \"%s\" (there are: %s)";
        missing = "no target is named. Name a " + place;
        targets.forEach((name, target) -> this.targets.put(name, () -> target));
    }

    private static Optional<ContainerState> read(Field field, Object instance) {
        if (!ContainerState.class.isAssignableFrom(field.getType())) {
            return Optional.empty();
        }
        try {
            field.setAccessible(true);
            return Optional.ofNullable((ContainerState) field.get(instance));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " was made accessible", e);
        }
    }

    /** What follows is about this annotation. */
    void reads(String annotation) {
        declaration = annotation;
    }

    /** The container in the field of this name, of the test's class, one around it or one that it extends. */
    public Target target(String field) {
        Supplier<Target> target = targets.get(field);
        if (target == null) {
            problem(String.format(Locale.ROOT, unknown, field, targets.keySet()));
            return UNKNOWN;
        }
        try {
            return target.get();
        } catch (IllegalArgumentException e) {
            problem(String.valueOf(e.getMessage()));
            return UNKNOWN;
        }
    }

    /** The containers of several fields. */
    public List<Target> targets(String... fields) {
        if (fields.length == 0) {
            problem(missing);
        }
        return List.of(fields).stream().map(this::target).toList();
    }

    /** The only one of several fields. */
    public Target oneOf(String... fields) {
        if (fields.length != 1) {
            problem("it takes one target, but " + List.of(fields) + " are " + fields.length);
            return UNKNOWN;
        }
        return target(fields[0]);
    }

    /** A time in words, as {@code "200ms"}, {@code "1.5s"} or {@code "2m"}; empty for an empty text. */
    public Optional<Duration> duration(String attribute, String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = DURATION.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            problem(attribute + " = \"" + text + "\" is no time. Write it as \"200ms\", \"1.5s\" or \"2m\"");
            return Optional.empty();
        }
        Duration unit = UNITS.getOrDefault(matcher.group(2), Duration.ofSeconds(1));
        return Optional.of(Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * unit.toNanos())));
    }

    /** Notes what is wrong with the annotation that is being read. */
    public void problem(String what) {
        problems.add(declaration + ": " + what + (what.endsWith(".") ? "" : "."));
    }

    List<String> problems() {
        return List.copyOf(problems);
    }
}
