package io.faultline.junit;

import io.faultline.fault.Fault;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Finds the annotations that declare faults for a test, and makes the faults. */
final class DeclaredFaults {

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
        List<Fault> faults = declarations.stream()
                .flatMap(declaration ->
                        make(declaration, "@" + declaration.annotationType().getSimpleName(), test).stream())
                .toList();
        if (!test.problems().isEmpty()) {
            throw new ExtensionConfigurationException(
                    "The faults that " + name + " declares cannot be made:\n  " + String.join("\n  ", test.problems()));
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
        return attribute(annotation, "value", Annotation[].class).orElse(new Annotation[0]);
    }

    /** @param name what problems call the declaration */
    static Optional<Fault> make(Annotation declaration, String name, DeclarationContext test) {
        test.reads(name);
        DeclaresFault by = declaration.annotationType().getAnnotation(DeclaresFault.class);
        // What the annotation's author wrote: a maker of this very annotation.
        @SuppressWarnings("unchecked")
        FaultFactory<Annotation> maker = (FaultFactory<Annotation>) ReflectionSupport.newInstance(by.value());
        int before = test.problems().size();
        try {
            Fault fault = scheduled(maker.make(declaration, test), declaration, test);
            return test.problems().size() == before ? Optional.of(fault) : Optional.empty();
        } catch (IllegalArgumentException e) {
            if (test.problems().size() == before) { // else it comes of what stands for what was not understood
                test.problem(String.valueOf(e.getMessage()));
            }
            return Optional.empty();
        }
    }

    private static Fault scheduled(Fault fault, Annotation declaration, DeclarationContext test) {
        Fault timed = fault;
        Optional<String[]> pulse =
                attribute(declaration, "pulse", String[].class).filter(parts -> parts.length > 0);
        if (pulse.isPresent()) {
            timed = pulsing(timed, pulse.get(), test);
        }
        timed = text(declaration, "lasting", test).map(timed::lasting).orElse(timed);
        return text(declaration, "after", test).map(timed::after).orElse(timed);
    }

    private static Fault pulsing(Fault fault, String[] parts, DeclarationContext test) {
        if (parts.length != 2) {
            test.problem("pulse takes two times, on and off, but got " + parts.length);
            return fault;
        }
        return test.duration("pulse", parts[0])
                .flatMap(on -> test.duration("pulse", parts[1]).map(off -> fault.pulse(on, off)))
                .orElse(fault);
    }

    private static Optional<Duration> text(Annotation declaration, String name, DeclarationContext test) {
        return attribute(declaration, name, String.class).flatMap(text -> test.duration(name, text));
    }

    private static <T> Optional<T> attribute(Annotation annotation, String name, Class<T> type) {
        try {
            Method method = annotation.annotationType().getDeclaredMethod(name);
            method.setAccessible(true);
            return Optional.of(method.invoke(annotation))
                    .filter(type::isInstance)
                    .map(type::cast);
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("Cannot read " + name + " of " + annotation, e);
        }
    }
}
