package io.faultline.fault;

import io.faultline.topology.Target;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One thing that can be written about a fault. Immutable.
 *
 * @param name as files write it: {@code container-leg-only}
 * @param type {@link Target}, {@link Duration}, {@code String}, an enum or a primitive type; of an element, if there can be several
 * @param presence whether it has to be written, and how often it can be
 * @param standard what it is where nothing is written; empty if it is then left out, or has to be written
 * @param about what it is, in one sentence
 */
public record FaultComponent(String name, Class<?> type, Presence presence, Optional<String> standard, String about) {

    /** What every fault is about. */
    public static final String TARGET = "target";

    private static final Set<Class<?>> TYPES =
            Set.of(Target.class, Duration.class, String.class, boolean.class, int.class, long.class, double.class);

    /** Whether a component has to be written, and how often it can be. */
    public enum Presence {
        REQUIRED,
        OPTIONAL,
        /** Several, at least one. */
        SOME,
        /** Several, or none. */
        ANY;

        boolean isList() {
            return this == SOME || this == ANY;
        }
    }

    FaultComponent(String name, Class<?> type, String about) {
        this(name, type, Presence.OPTIONAL, Optional.empty(), about);
    }

    /** Several texts, or none. */
    FaultComponent(String name, String about) {
        this(name, String.class, Presence.ANY, Optional.empty(), about);
    }

    /** @throws IllegalArgumentException if it is of no type that can be written, or its default is of another */
    static FaultComponent of(RecordComponent component) {
        String what = component.getDeclaringRecord().getName() + " has a component \"" + component.getName() + "\" ";
        Class<?> type = element(component.getGenericType())
                .map(FaultComponent::unboxed)
                .filter(each -> TYPES.contains(each) || each.isEnum())
                .orElseThrow(() -> new IllegalArgumentException(
                        what + "of a type that cannot be written: " + component.getGenericType() + "."));
        About about = component.getAnnotation(About.class);
        FaultComponent found = new FaultComponent(
                written(component.getName()),
                type,
                presence(component, type),
                Optional.ofNullable(component.getAnnotation(Default.class)).map(Default::value),
                about == null ? "" : about.value());
        found.standard.ifPresent(standard -> {
            try {
                found.typed(standard);
            } catch (UnwrittenException e) {
                throw new IllegalArgumentException(
                        what + "whose default is \"" + standard + "\", but must be " + e.getMessage() + ".", e);
            }
        });
        return found;
    }

    private static Presence presence(RecordComponent component, Class<?> type) {
        if (component.getType() == List.class) {
            return type == Target.class ? Presence.SOME : Presence.ANY;
        }
        return component.getType() == Optional.class || component.isAnnotationPresent(Default.class)
                ? Presence.OPTIONAL
                : Presence.REQUIRED;
    }

    /** Of an {@code Optional} or a list what is in it, else the type itself; empty if that has elements, too. */
    private static Optional<Class<?>> element(Type type) {
        Type inner = type instanceof ParameterizedType of ? of.getActualTypeArguments()[0] : type;
        return inner instanceof Class<?> known ? Optional.of(known) : Optional.empty();
    }

    private static Class<?> unboxed(Class<?> type) {
        return MethodType.methodType(type).unwrap().returnType();
    }

    /** {@code containerLegOnly} is written {@code container-leg-only}. */
    public static String written(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** All that it can be, if they can be counted. */
    public List<String> choices() {
        return type.isEnum()
                ? Stream.of(type.getEnumConstants()).map(FaultComponent::lower).toList()
                : List.of();
    }

    /** Whether it has to be written. */
    public boolean isRequired() {
        return presence == Presence.REQUIRED || presence == Presence.SOME;
    }

    /** Whether there can be several. */
    public boolean isList() {
        return presence.isList();
    }

    /**
     * The component of what was written.
     *
     * @return empty if that is wrong, which was said
     */
    Optional<Object> read(Optional<?> given, FaultSpec.Targets targets, Consumer<String> problems) {
        if (given.isEmpty() && isRequired()) {
            problems.accept("\"" + name + "\" is missing.");
            return Optional.empty();
        }
        try {
            return Optional.of(part(given, targets));
        } catch (UnwrittenException e) {
            problems.accept("\"" + name + "\" is " + given.map(String::valueOf).orElse("") + ", but must be "
                    + e.getMessage() + ".");
        } catch (IllegalArgumentException e) {
            problems.accept(String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    /** What was written is of another type. */
    private static final class UnwrittenException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        /** @param expected what it must be instead */
        UnwrittenException(String expected) {
            super(expected);
        }
    }

    private Object part(Optional<?> given, FaultSpec.Targets targets) {
        if (presence.isList()) {
            List<?> all = given.<List<?>>map(some -> some instanceof List<?> list ? list : List.of(some))
                    .orElse(List.of());
            if (all.isEmpty() && isRequired()) {
                throw new UnwrittenException("at least one name");
            }
            return all.stream().map(each -> one(each, targets)).toList();
        }
        Optional<Object> one = given.<Object>map(some -> one(some, targets)).or(() -> standard.map(this::typed));
        boolean canBeLeftOut = presence == Presence.OPTIONAL && standard.isEmpty();
        return canBeLeftOut ? one : one.orElseThrow();
    }

    private Object one(Object given, FaultSpec.Targets targets) {
        if (given instanceof List<?>) {
            throw new UnwrittenException("one value, not a list");
        }
        if (type == boolean.class && !(given instanceof Boolean)) {
            throw new UnwrittenException("true or false");
        }
        if (type.isPrimitive() && type != boolean.class && !(given instanceof Number)) {
            throw new UnwrittenException(number());
        }
        String text = String.valueOf(given);
        return type == Target.class ? targets.named(text) : typed(text);
    }

    private Object typed(String text) {
        if (type == Duration.class) {
            return duration(text);
        }
        if (type == String.class) {
            return text;
        }
        if (type == boolean.class) {
            return Boolean.valueOf(text);
        }
        return type.isEnum() ? constant(text) : number(text);
    }

    private static Duration duration(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UnwrittenException("a time, as " + Durations.FORM);
        }
    }

    private Object number(String text) {
        try {
            if (type == int.class) {
                return Integer.parseInt(text);
            }
            return type == long.class ? (Object) Long.parseLong(text) : (Object) Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new UnwrittenException(number());
        }
    }

    private String number() {
        return type == double.class ? "a number" : "a whole number" + (type == int.class ? " below 2^31" : "");
    }

    private Object constant(String text) {
        return Arrays.stream(Objects.requireNonNull(type.getEnumConstants()))
                .filter(each -> lower(each).equals(text.toLowerCase(Locale.ROOT).replace('_', '-')))
                .findFirst()
                .orElseThrow(() -> new UnwrittenException("one of " + choices()));
    }

    private static String lower(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
