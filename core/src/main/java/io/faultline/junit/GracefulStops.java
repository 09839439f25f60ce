package io.faultline.junit;

import io.faultline.Faultline;
import io.faultline.docker.DockerRun;
import io.faultline.fault.Durations;
import io.faultline.journal.Journal;
import io.faultline.observe.ContainerRun;
import io.faultline.observe.ExitStatus;
import io.faultline.observe.ExitStatuses;
import io.faultline.shutdown.Termination;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.testcontainers.containers.ContainerState;

/** The containers that are expected to stop gracefully at the end of a test, or of a class: {@link StopsGracefully}. */
final class GracefulStops {

    private static final String CONTAINER =
            "org.testcontainers.junit.jupiter.Container"; // may not be on the class path

    private final ExtensionContext context;
    private final List<Expected> expected;

    private GracefulStops(ExtensionContext context, List<Expected> expected) {
        this.context = context;
        this.expected = expected;
    }

    /** @param holder of the field; none for a static one */
    private record Expected(Field field, Optional<Object> holder) {}

    /** Those in static fields of a class, but for those that a class around it ends. */
    static GracefulStops ofClass(ExtensionContext context) {
        Set<Field> fields = annotated(context.getRequiredTestClass());
        for (Optional<ExtensionContext> outer = context.getParent();
                outer.isPresent();
                outer = outer.get().getParent()) {
            outer.get().getTestClass().ifPresent(type -> fields.removeAll(annotated(type)));
        }
        return new GracefulStops(
                context,
                fields.stream()
                        .filter(GracefulStops::isStatic)
                        .map(field -> new Expected(field, Optional.empty()))
                        .toList());
    }

    /** Those in the other fields of a test's instances: Testcontainers starts and ends them with each test. */
    static GracefulStops ofTest(ExtensionContext context) {
        List<Expected> expected = new ArrayList<>();
        context.getTestInstances()
                .ifPresent(instances -> instances
                        .getAllInstances()
                        .forEach(instance -> annotated(instance.getClass()).stream()
                                .filter(Predicate.not(GracefulStops::isStatic))
                                .forEach(field -> expected.add(new Expected(field, Optional.of(instance))))));
        return new GracefulStops(context, expected);
    }

    private static boolean isStatic(Field field) {
        return Modifier.isStatic(field.getModifiers());
    }

    /** Of the class and all that it extends, which come first; in the order in which they are declared. */
    private static Set<Field> annotated(Class<?> type) {
        Set<Field> found = new LinkedHashSet<>();
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces()))
                .forEach(above -> found.addAll(annotated(above)));
        Stream.of(type.getDeclaredFields())
                .filter(field -> AnnotationSupport.isAnnotated(field, StopsGracefully.class))
                .forEach(found::add);
        return found;
    }

    /** @throws ExtensionConfigurationException if an annotation cannot be understood, with all problems of all of them */
    static void refuseMistakes(ExtensionContext context) {
        List<String> problems = problems(context.getRequiredTestClass());
        if (!problems.isEmpty()) {
            throw new ExtensionConfigurationException("The containers of " + context.getDisplayName()
                    + " cannot be stopped:\n  " + String.join("\n  ", problems));
        }
    }

    static List<String> problems(Class<?> testClass) {
        List<String> problems = new ArrayList<>();
        for (Field field : annotated(testClass)) {
            Consumer<String> wrong = what -> problems.add("@StopsGracefully on \"" + field.getName() + "\": " + what);
            if (!ContainerState.class.isAssignableFrom(field.getType())) {
                wrong.accept("a " + field.getType().getSimpleName()
                        + " is no container of Testcontainers (a ContainerState).");
            }
            if (!isContainer(field, new HashSet<>())) {
                wrong.accept(
                        "without @Container beside it nobody starts and ends it with the tests. Add @Container, or "
                                + "call faultline.terminate(…) in the test.");
            }
            termsOf(field, neverBegun(), wrong);
        }
        return problems;
    }

    /** Takes terms as any other does, and finds what is wrong with them. */
    private static Termination neverBegun() {
        return new Termination(
                "nobody",
                () -> {
                    throw new IllegalStateException("This is for its terms alone.");
                },
                new NoExits(),
                new Journal());
    }

    /** Of a termination that never begins. */
    private static final class NoExits implements ExitStatuses {

        @Override
        public Optional<ExitStatus> of(ContainerRun run, Optional<Integer> known) {
            return Optional.empty();
        }

        @Override
        public Optional<String> restartPolicy(String containerId) {
            return Optional.empty();
        }
    }

    private static boolean isContainer(AnnotatedElement element, Set<Class<?>> seen) {
        return Arrays.stream(element.getAnnotations())
                .<Class<? extends Annotation>>map(Annotation::annotationType)
                .filter(seen::add)
                .anyMatch(type -> type.getName().equals(CONTAINER) || isContainer(type, seen));
    }

    boolean isEmpty() {
        return expected.isEmpty();
    }

    /** What tells each to stop, waits for its end and judges it. */
    Stream<Runnable> judging(Faultline faultline) {
        boolean refused = context.getExecutionException()
                .filter(ExtensionConfigurationException.class::isInstance)
                .isPresent();
        return refused ? Stream.of() : expected.stream().map(each -> () -> judge(each, faultline));
    }

    private void judge(Expected each, Faultline faultline) {
        ContainerState container = container(each);
        String name = each.field().getName();
        DockerRun run = SharedRun.of(context);
        if (container != null
                && container.getContainerId() != null
                && run.registry().isStopping(container.getContainerId())) {
            return; // by a test, which has judged how it stopped
        }
        if (container == null || !container.isRunning()) {
            if (context.getExecutionException().isPresent()) {
                return; // whatever that was is told of, and can be the reason
            }
            throw new IllegalStateException(
                    "@StopsGracefully on \"" + name + "\": the container does not run any more, or was "
                            + "never started, so it could not be stopped, and nothing was checked. Did a test stop it, or did it "
                            + "end by itself? Let a test that stops it call faultline.terminate(…), which is judged there, or "
                            + "move that test to a class without the annotation.");
        }
        Termination termination = faultline.terminate(Faultline.target(name, container));
        termination.within(termsOf(each.field(), termination, what -> {})); // what is wrong was said before the test
    }

    /** Tells a termination what is expected of it, all but the bound, which is returned. */
    private static Duration termsOf(Field field, Termination termination, Consumer<String> problems) {
        StopsGracefully terms =
                AnnotationSupport.findAnnotation(field, StopsGracefully.class).orElseThrow();
        int[] codes = terms.exitCode();
        if (codes.length == 0) {
            problems.accept("exitCode names none. Name those that are right, or leave it out for 0.");
        } else {
            termination.exitCode(codes[0], Arrays.copyOfRange(codes, 1, codes.length));
        }
        if (!terms.lastLogLine().isEmpty()) {
            termination.lastLogLine(terms.lastLogLine());
        }
        try {
            if (!terms.signal().isEmpty()) {
                termination.signal(terms.signal());
            }
        } catch (IllegalArgumentException e) {
            problems.accept(String.valueOf(e.getMessage()));
        }
        duration("repeatSignalAfter", terms.repeatSignalAfter(), problems).ifPresent(termination::repeatSignalAfter);
        Optional<Duration> within = duration("within", terms.within(), problems);
        if (terms.within().isEmpty() || within.filter(Duration::isZero).isPresent()) {
            problems.accept("within = \"" + terms.within() + "\": the bound must be longer than zero.");
        }
        return within.orElse(Duration.ZERO);
    }

    private static Optional<Duration> duration(String attribute, String text, Consumer<String> problems) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Durations.parse(text));
        } catch (IllegalArgumentException e) {
            problems.accept(attribute + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private static @Nullable ContainerState container(Expected each) {
        try {
            each.field().setAccessible(true);
            return (ContainerState) each.field().get(each.holder().orElse(null));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(each.field() + " was made accessible", e);
        }
    }
}
