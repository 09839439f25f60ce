package io.faultline.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
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
import java.util.Optional;

/** Finds the specs of all faults on the class path. */
final class FaultSpecs {

    /** Where a jar lists the classes of its faults, one a line; what follows a # is a comment. */
    static final String INDEX = "META-INF/faultline/faults";

    /** In the order in which they are listed, Faultline's first. */
    static final Map<String, FaultSpec> BY_NAME = read();

    private FaultSpecs() {}

    private static Map<String, FaultSpec> read() {
        ClassLoader loader = Optional.ofNullable(Thread.currentThread().getContextClassLoader())
                .orElseGet(FaultSpecs.class::getClassLoader);
        Map<String, FaultSpec> found = new LinkedHashMap<>();
        for (String type : listed(loader)) {
            FaultSpec spec = specOf(type, loader);
            FaultSpec other = found.putIfAbsent(spec.name(), spec);
            if (other != null) {
                throw new IllegalStateException("Two faults are called \"" + spec.name() + "\": rename that of " + type
                        + ", which " + INDEX + " lists.");
            }
        }
        return Collections.unmodifiableMap(found);
    }

    private static List<String> listed(ClassLoader loader) {
        List<String> types = new ArrayList<>();
        try {
            for (URL index : Collections.list(loader.getResources(INDEX))) {
                types.addAll(lines(index));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + INDEX + " on the class path.", e);
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

    private static FaultSpec specOf(String type, ClassLoader loader) {
        try {
            Field field = Class.forName(type, true, loader).getDeclaredField("SPEC");
            if (!Modifier.isStatic(field.getModifiers())) {
                throw new IllegalStateException(type + ", which " + INDEX + " lists, has a SPEC that is not static.");
            }
            field.setAccessible(true);
            return (FaultSpec) field.get(null);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(INDEX + " lists " + type + ", which is not on the class path.", e);
        } catch (NoSuchFieldException | ClassCastException e) {
            throw new IllegalStateException(
                    type + ", which " + INDEX + " lists, has no static field SPEC of type FaultSpec.", e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(type + ".SPEC was made accessible", e);
        }
    }
}
