package io.faultline.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the specs of all faults on the class path. */
final class FaultSpecs {

    /** Where a jar lists the classes of its faults, one a line; what follows a # is a comment. */
    static final String INDEX = "META-INF/faultline/faults";

    private static final Found FOUND = find();

    private FaultSpecs() {}

    /** What was found on the class path, or why that could not be read: said whenever it is asked for. */
    private record Found(Map<String, FaultSpec> specs, Optional<FaultIndexException> problem) {}

    /**
     * In the order in which they are listed, Faultline's first.
     *
     * @throws FaultIndexException if one that is listed cannot be read
     */
    static Map<String, FaultSpec> byName() {
        FOUND.problem().ifPresent(problem -> {
            throw new FaultIndexException(String.valueOf(problem.getMessage()), problem);
        });
        return FOUND.specs();
    }

    private static Found find() {
        try {
            return new Found(read(), Optional.empty());
        } catch (FaultIndexException e) {
            return new Found(Map.of(), Optional.of(e));
        }
    }

    /** Faultline's own first: the context's may be one that knows neither us nor the test. */
    private static List<ClassLoader> loaders() {
        return Stream.of(
                        FaultSpecs.class.getClassLoader(),
                        Thread.currentThread().getContextClassLoader())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private static Map<String, FaultSpec> read() {
        Map<String, FaultSpec> found = new LinkedHashMap<>();
        for (String type : listed()) {
            FaultSpec spec = specOf(type);
            FaultSpec other = found.putIfAbsent(spec.name(), spec);
            if (other != null) {
                throw new FaultIndexException("Two faults are called \"" + spec.name() + "\": rename that of " + type
                        + ", which " + INDEX + " lists.");
            }
        }
        return Collections.unmodifiableMap(found);
    }

    private static List<String> listed() {
        List<String> types = new ArrayList<>();
        try {
            for (ClassLoader loader : loaders()) {
                for (URL index : Collections.list(loader.getResources(INDEX))) {
                    types.addAll(lines(index));
                }
            }
        } catch (IOException e) {
            throw new FaultIndexException("Cannot read " + INDEX + " on the class path: " + e.getMessage() + ".", e);
        }
        return types.stream()
                .distinct()
                .sorted(Comparator.comparing(type -> !type.startsWith(FaultSpecs.class.getPackageName() + ".")))
                .toList();
    }

    private static List<String> lines(URL index) throws IOException {
        try (InputStream in = index.openStream();
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
    }

    private static FaultSpec specOf(String type) {
        try {
            Field field = typeOf(type).getDeclaredField("SPEC");
            field.setAccessible(true);
            if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof FaultSpec spec) {
                return spec;
            }
        } catch (NoSuchFieldException e) {
            throw new FaultIndexException(type + ", which " + INDEX + " lists, has no field SPEC.", e);
        } catch (LinkageError e) {
            throw new FaultIndexException(type + ", which " + INDEX + " lists, cannot be loaded: " + cause(e) + ".", e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(type + ".SPEC was made accessible", e);
        }
        throw new FaultIndexException(
                type + ", which " + INDEX + " lists, has a SPEC that is not a static field of type FaultSpec.");
    }

    private static Throwable cause(LinkageError e) {
        return Optional.ofNullable(e.getCause()).orElse(e);
    }

    private static Class<?> typeOf(String type) {
        return loaders().stream()
                .<Class<?>>flatMap(loader -> loaded(type, loader).stream())
                .findFirst()
                .orElseThrow(
                        () -> new FaultIndexException(INDEX + " lists " + type + ", which is not on the class path."));
    }

    private static Optional<Class<?>> loaded(String type, ClassLoader loader) {
        try {
            return Optional.of(Class.forName(type, true, loader));
        } catch (ClassNotFoundException e) {
            return Optional.empty(); // the next loader may know it
        }
    }
}
