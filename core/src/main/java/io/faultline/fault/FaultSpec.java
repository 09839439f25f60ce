package io.faultline.fault;

import io.faultline.topology.Target;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One kind of fault as files, annotations and docs know it: its name, what can be written about it, what it needs and gives.
 * Its vocabulary is a record: a component for each thing that can be written, with {@link About} and perhaps {@link Default},
 * called in files as it is here, in lower case with hyphens. Components are a {@link Target} or a list of them, a
 * {@link Duration}, a text, a number, a truth value or an enum, an {@link Optional} one of these, a list of texts, or a record of such, as {@link Narrowing}.
 *
 * <p>A fault class keeps its own in a static field {@code SPEC}, and is listed in a file {@value FaultSpecs#INDEX} on the
 * class path, a class name a line: so {@link #all} finds it, in every jar. Immutable.
 */
public final class FaultSpec {

    /** When a fault does its harm: what can be written about every fault, in these words. */
    public enum Timing {
        AFTER(new FaultComponent("after", Duration.class, "Harmless for this long, as \"2s\".")),
        LASTING(new FaultComponent("lasting", Duration.class, "Healed this long after its harm began.")),
        PULSE(new FaultComponent("pulse", "How long with harm, and how long without, again and again."));

        private final FaultComponent component;

        Timing(FaultComponent component) {
            this.component = component;
        }
    }

    /** A fault, or a form of it that needs or gives something else: a row of docs/FAULTS.md and a line of {@code doctor}. */
    public record Variant(String label, Needs needs, String evidence, String heal, String cost) {}

    private final String name;
    private final String about;
    private final Class<? extends Record> vocabulary;
    private final List<FaultComponent> components;
    private final Set<Timing> timing;
    private final List<Variant> variants;

    private FaultSpec(
            String name,
            String about,
            Class<? extends Record> vocabulary,
            List<FaultComponent> components,
            Set<Timing> timing,
            List<Variant> variants) {
        this.name = name;
        this.about = about;
        this.vocabulary = vocabulary;
        this.components = List.copyOf(components);
        this.timing = Set.copyOf(timing);
        this.variants = List.copyOf(variants);
    }

    /**
     * Of a record that makes the fault.
     *
     * @param name as {@code packet-loss}
     * @param about what it does, in one sentence
     * @throws IllegalArgumentException if a component is of no type that can be written, if none is called {@code target}, if
     *     two are called alike, or one as a part of the schedule is
     */
    public static <R extends Record & FaultFactory> FaultSpec of(String name, Class<R> vocabulary, String about) {
        List<FaultComponent> components = components(vocabulary).toList();
        if (components.stream().noneMatch(each -> each.name().equals(FaultComponent.TARGET))) {
            throw new IllegalArgumentException(vocabulary.getName() + " has no component \"target\".");
        }
        if (components.stream().map(FaultComponent::name).distinct().count() < components.size()) {
            throw new IllegalArgumentException(vocabulary.getName() + " has two components of one name: "
                    + components.stream().map(FaultComponent::name).toList() + ".");
        }
        Arrays.stream(Timing.values()).map(each -> each.component.name()).forEach(taken -> {
            if (components.stream().anyMatch(each -> each.name().equals(taken))) {
                throw new IllegalArgumentException(vocabulary.getName() + " has a component \"" + taken
                        + "\", which is of every fault's schedule.");
            }
        });
        return new FaultSpec(name, about, vocabulary, components, EnumSet.allOf(Timing.class), List.of());
    }

    /** A record that stands in it lends its components, as {@link Narrowing} does. */
    private static Stream<FaultComponent> components(Class<?> vocabulary) {
        return Arrays.stream(vocabulary.getRecordComponents())
                .flatMap(each -> isGroup(each) ? components(each.getType()) : Stream.of(FaultComponent.of(each)));
    }

    private static boolean isGroup(RecordComponent component) {
        return component.getType().isRecord() && component.getType() != Target.class;
    }

    /** The same with a form of the fault, the usual one first. */
    public FaultSpec variant(String label, Needs needs, String evidence, String heal, String cost) {
        List<Variant> all = new ArrayList<>(variants);
        all.add(new Variant(label, needs, evidence, heal, cost));
        return new FaultSpec(name, about, vocabulary, components, timing, all);
    }

    /** The same for a fault whose harm is over in a moment, so that nothing else of a schedule can be written. */
    public FaultSpec only(Timing first, Timing... others) {
        return new FaultSpec(name, about, vocabulary, components, EnumSet.of(first, others), variants);
    }

    /**
     * Every kind of fault on the class path, Faultline's first.
     *
     * @throws FaultIndexException if one that is listed cannot be read
     */
    public static List<FaultSpec> all() {
        return List.copyOf(FaultSpecs.byName().values());
    }

    /**
     * The one of this name; empty if there is none.
     *
     * @throws FaultIndexException as {@link #all}
     */
    public static Optional<FaultSpec> named(String name) {
        return Optional.ofNullable(FaultSpecs.byName().get(name));
    }

    /** As files call it. */
    public String name() {
        return name;
    }

    /** What it does, in one sentence. */
    public String about() {
        return about;
    }

    /** Its forms, the usual one first; none for a fault that is made of others. */
    public List<Variant> variants() {
        return variants;
    }

    /** What the usual form needs. */
    public Needs needs() {
        return variants.get(0).needs();
    }

    /** What can be written about it, {@code target} first, its schedule last. */
    public List<FaultComponent> components() {
        return Stream.concat(
                        components.stream(),
                        Arrays.stream(Timing.values()).filter(timing::contains).map(each -> each.component))
                .toList();
    }

    /** What the names of targets mean. */
    @FunctionalInterface
    public interface Targets {

        /**
         * The target of this name.
         *
         * @throws IllegalArgumentException if there is none, with those that there are
         */
        Target named(String name);
    }

    /**
     * The fault, which is not injected yet.
     *
     * @param values texts, numbers, truth values, and lists of texts, by the components' names
     * @param problems takes everything that is wrong, a sentence each
     * @return empty if something is wrong
     */
    public Optional<Fault> make(Map<String, ?> values, Targets targets, Consumer<String> problems) {
        List<String> wrong = new ArrayList<>();
        Map<String, Object> parts = new LinkedHashMap<>();
        for (FaultComponent component : components()) {
            component
                    .read(Optional.ofNullable(values.get(component.name())), targets, wrong::add)
                    .ifPresent(part -> parts.put(component.name(), part));
        }
        values.keySet().stream()
                .filter(key ->
                        components().stream().noneMatch(each -> each.name().equals(key)))
                .forEach(key -> wrong.add("there is no \"" + key + "\" (there are: " + names() + ")."));
        if (wrong.isEmpty()) {
            try {
                return Optional.of(scheduled(made(parts), parts));
            } catch (IllegalArgumentException e) {
                wrong.add(String.valueOf(e.getMessage()));
            }
        }
        wrong.forEach(problems);
        return Optional.empty();
    }

    private List<String> names() {
        return components().stream().map(FaultComponent::name).toList();
    }

    private Fault made(Map<String, Object> parts) {
        try {
            return ((FaultFactory) made(vocabulary, parts)).make();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException("The fault \"" + name + "\" cannot be made.", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The fault \"" + name + "\" cannot be made.", e);
        }
    }

    private static Object made(Class<?> type, Map<String, Object> parts) throws ReflectiveOperationException {
        List<Class<?>> types = new ArrayList<>();
        List<@Nullable Object> arguments = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            types.add(component.getType());
            arguments.add(
                    isGroup(component)
                            ? made(component.getType(), parts)
                            : parts.get(FaultComponent.written(component.getName())));
        }
        Constructor<?> canonical = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
        canonical.setAccessible(true);
        return canonical.newInstance(arguments.toArray());
    }

    private static Fault scheduled(Fault fault, Map<String, Object> parts) {
        Fault timed = fault;
        if (parts.get("pulse") instanceof List<?> times && !times.isEmpty()) {
            if (times.size() != 2) {
                throw new IllegalArgumentException("pulse takes two times, on and off, but got " + times.size() + ".");
            }
            timed = timed.pulse(pulse(times.get(0)), pulse(times.get(1)));
        }
        if (parts.get("lasting") instanceof Optional<?> given && given.isPresent()) {
            timed = timed.lasting((Duration) given.get());
        }
        if (parts.get("after") instanceof Optional<?> given && given.isPresent()) {
            timed = timed.after((Duration) given.get());
        }
        return timed;
    }

    private static Duration pulse(Object time) {
        try {
            return Durations.parse(String.valueOf(time));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("pulse: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
