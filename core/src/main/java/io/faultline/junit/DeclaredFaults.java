package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.FaultComponent;
import io.faultline.fault.FaultSpec;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Finds the annotations that declare faults for a test, and makes the faults. */
final class DeclaredFaults {

    private static final Set<Object> NOTHING = Set.of("", List.of(), 0, 0L, 0.0, -1, -1L);

    private DeclaredFaults() {}

    /**
     * Those of the classes around a test first, then its own class's, then its own.
     *
     * @throws ExtensionConfigurationException if one cannot be made, with all problems of all annotations
     */
    static List<Fault> of(ExtensionContext context) {
        List<Annotation> declarations = onClass(context.getRequiredTestClass());
        context.getTestMethod().ifPresent(method -> declarations.addAll(on(List.of(method))));
        return declarations.isEmpty()
                ? List.of()
                : made(
                        declarations,
                        new DeclarationContext(
                                context.getRequiredTestInstances().getAllInstances()),
                        context.getDisplayName());
    }

    /** Those of the classes that it is an inner one of first. */
    private static List<Annotation> onClass(Class<?> type) {
        boolean isInner = type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers());
        List<Annotation> found = isInner ? onClass(type.getEnclosingClass()) : new ArrayList<>();
        Map<Class<?>, Annotation> nearest = new LinkedHashMap<>();
        inherited(type, nearest);
        collect(nearest.values().toArray(new Annotation[0]), new HashSet<>(), found);
        return found;
    }

    // JUnit finds an extension on everything that a class extends or implements, whether the annotation is @Inherited
    // or not;
    // what brings the extension has to be found there, too. Of one type the nearest counts, as it does for Java.
    private static void inherited(Class<?> type, Map<Class<?>, Annotation> nearest) {
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces()))
                .forEach(above -> inherited(above, nearest));
        for (Annotation annotation : type.getDeclaredAnnotations()) {
            nearest.put(annotation.annotationType(), annotation);
        }
    }

    /**
     * A fault is injected around a test's body: declared on another method it would silently not be.
     *
     * @throws ExtensionConfigurationException if a class or what it extends has such a one
     */
    static void refuseMisplaced(ExtensionContext context) {
        List<String> misplaced = ReflectionSupport.findMethods(
                        context.getRequiredTestClass(),
                        method -> !AnnotationSupport.isAnnotated(method, Testable.class),
                        HierarchyTraversalMode.TOP_DOWN)
                .stream()
                .flatMap(method -> on(List.of(method)).stream()
                        .map(declaration ->
                                "@" + declaration.annotationType().getSimpleName() + " on \"" + method.getName()
                                        + "\": this is no test, so the fault would never be injected. Declare it on a test or the class, or "
                                        + "call faultline.inject(…) there."))
                .toList();
        if (!misplaced.isEmpty()) {
            throw new ExtensionConfigurationException("The faults of " + context.getDisplayName()
                    + " are declared where none is injected:\n  " + String.join("\n  ", misplaced));
        }
    }

    static List<Annotation> on(List<AnnotatedElement> elements) {
        List<Annotation> found = new ArrayList<>();
        elements.forEach(element -> collect(element.getAnnotations(), new HashSet<>(), found));
        return found;
    }

    static List<Fault> made(List<Annotation> declarations, DeclarationContext test, String name) {
        List<String> problems = new ArrayList<>();
        List<Fault> faults = declarations.stream()
                .flatMap(declaration -> make(declaration, test, problems).stream())
                .toList();
        if (!problems.isEmpty()) {
            throw new ExtensionConfigurationException(
                    "The faults that " + name + " declares cannot be made:\n  " + String.join("\n  ", problems));
        }
        return faults;
    }

    private static void collect(Annotation[] annotations, Set<Class<?>> seen, List<Annotation> found) {
        for (Annotation annotation : annotations) {
            Class<? extends Annotation> type = annotation.annotationType();
            if (type.isAnnotationPresent(DeclaresFault.class)) {
                found.add(annotation);
            } else if (!type.getName().startsWith("java.") && seen.add(type)) {
                collect(repeated(annotation), seen, found);
                collect(type.getAnnotations(), seen, found);
            }
        }
    }

    /** What a container of a repeated annotation holds; nothing if it is something else. */
    private static Annotation[] repeated(Annotation annotation) {
        return Arrays.stream(annotation.annotationType().getDeclaredMethods())
                .filter(method -> method.getName().equals("value"))
                .map(method -> value(annotation, method))
                .filter(Annotation[].class::isInstance)
                .map(Annotation[].class::cast)
                .findFirst()
                .orElse(new Annotation[0]);
    }

    private static Optional<Fault> make(Annotation declaration, DeclarationContext test, List<String> problems) {
        Class<? extends Annotation> type = declaration.annotationType();
        String fault = type.getAnnotation(DeclaresFault.class).value();
        Consumer<String> wrong = what -> problems.add("@" + type.getSimpleName() + ": " + what);
        Optional<FaultSpec> spec = FaultSpec.named(fault);
        if (spec.isEmpty()) {
            wrong.accept("there is no fault \"" + fault + "\" (there are: " + FaultSpec.all() + ").");
        }
        return spec.flatMap(each -> each.make(written(declaration), test, wrong));
    }

    /**
     * What was written of an annotation: its attributes, as a fault's spec calls them. A default that is empty, 0 or -1 stands for
     * what was left out.
     */
    private static Map<String, Object> written(Annotation annotation) {
        Map<String, Object> written = new LinkedHashMap<>();
        for (Method method : annotation.annotationType().getDeclaredMethods()) {
            Object value = value(annotation, method);
            if (value instanceof FaultSchedule schedule) {
                written.putAll(written(schedule));
            } else if (!(Objects.deepEquals(value, method.getDefaultValue()) && NOTHING.contains(plain(value)))) {
                String name = method.getName();
                written.put(name.equals("value") ? FaultComponent.TARGET : FaultComponent.written(name), plain(value));
            }
        }
        return written;
    }

    /** As files write it. */
    private static Object plain(Object value) {
        if (value instanceof Object[] several) {
            return List.of(several);
        }
        return value instanceof Enum<?> constant ? constant.name() : value;
    }

    private static Object value(Annotation annotation, Method method) {
        try {
            method.setAccessible(true);
            return method.invoke(annotation);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("Cannot read " + method.getName() + " of " + annotation, e);
        }
    }
}
