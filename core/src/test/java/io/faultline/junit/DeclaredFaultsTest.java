package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.fault.Fault;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.containers.ContainerState;

class DeclaredFaultsTest {

    static Stream<Method> right() {
        return Stream.of(RightDeclarations.class.getDeclaredMethods()).filter(method -> !method.isSynthetic());
    }

    static Stream<Method> wrong() {
        return Stream.of(WrongDeclarations.class.getDeclaredMethods()).filter(method -> !method.isSynthetic());
    }

    @ParameterizedTest
    @MethodSource("right")
    void makesWhatIsDeclared(Method method) {
        assertThat(made(method).stream().map(Fault::toString).toList())
                .containsExactly(method.getAnnotation(Is.class).value());
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void tellsWhatIsWrong(Method method) {
        assertThatThrownBy(() -> made(method))
                .hasMessageContainingAll(method.getAnnotation(Is.class).value());
    }

    @Test
    void everyAnnotationIsTriedBothWays() {
        assertThat(right().flatMap(DeclaredFaultsTest::kinds).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        wrong().flatMap(DeclaredFaultsTest::kinds).distinct().toList());
    }

    private static Stream<String> kinds(Method method) {
        return DeclaredFaults.on(List.of(method)).stream()
                .map(annotation -> annotation.annotationType().getSimpleName());
    }

    private static List<Fault> made(Method method) {
        return DeclaredFaults.made(
                DeclaredFaults.on(List.of(method)),
                new DeclarationContext(List.of(new Containers())),
                method.getName());
    }

    private static ContainerState started(String id) {
        return (ContainerState) Proxy.newProxyInstance(
                ContainerState.class.getClassLoader(),
                new Class<?>[] {ContainerState.class},
                (self, method, arguments) -> method.getName().equals("getContainerId") ? id : null);
    }

    /** A test's fields. */
    static class Containers {
        final ContainerState redis = started("0123456789ab");
        final ContainerState app = started("1123456789ab");
        final ContainerState third = started("2123456789ab");
    }

    /** What is to come of it. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface Is {
        String[] value();
    }

    /** An annotation of one's own with defaults that say something. */
    @Retention(RetentionPolicy.RUNTIME)
    @DeclaresFault("latency")
    @interface SlowDatabase {
        String value();

        String delay() default "200ms";

        String ports() default "6379";
    }
}
