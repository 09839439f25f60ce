package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.fault.FaultComponent;
import io.faultline.fault.FaultSpec;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault has an annotation by one rule, which can say what a file can, with the same defaults. */
class FaultAnnotationsTest {

    private static final Path INDEX = Path.of("src", "main", "resources", "META-INF", "faultline", "faults");

    static Stream<FaultSpec> faults() {
        return FaultSpec.all().stream();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void saysWhatAFileCan(FaultSpec fault) throws Exception {
        Class<? extends Annotation> annotation = annotation(fault);
        List<String> attributes = new ArrayList<>();
        for (Method method : annotation.getDeclaredMethods()) {
            if (method.getReturnType() != FaultSchedule.class) {
                FaultComponent component = component(fault, method);
                attributes.add(component.name());
                assertThat(component.isRequired()).as(component.name()).isEqualTo(method.getDefaultValue() == null);
                component
                        .standard()
                        .ifPresent(standard -> assertThat(written(method.getDefaultValue()))
                                .as(component.name())
                                .isEqualTo(standard));
            }
        }
        List<String> schedule = Arrays.stream(FaultSchedule.class.getDeclaredMethods())
                .map(Method::getName)
                .toList();

        assertThat(annotation.getAnnotation(DeclaresFault.class).value()).isEqualTo(fault.name());
        assertThat(attributes)
                .containsExactlyInAnyOrderElementsOf(fault.components().stream()
                        .map(FaultComponent::name)
                        .filter(name -> !schedule.contains(name))
                        .toList());
    }

    /** It stands beside its fault. */
    private static Class<? extends Annotation> annotation(FaultSpec fault) throws Exception {
        String name = Stream.of(fault.name().split("-"))
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
        String type = Files.readAllLines(INDEX).stream()
                .filter(line -> line.endsWith("." + name))
                .findFirst()
                .orElseThrow();
        String annotation = type.substring(0, type.length() - name.length()) + "With" + name;
        return Class.forName(annotation).asSubclass(Annotation.class);
    }

    private static FaultComponent component(FaultSpec fault, Method method) {
        String name =
                method.getName().equals("value") ? FaultComponent.TARGET : FaultComponent.written(method.getName());
        Optional<FaultComponent> component = fault.components().stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
        assertThat(component).as(fault + "'s " + name).isPresent();
        return component.get();
    }

    private static String written(Object value) {
        return value instanceof Enum<?> constant
                ? FaultComponent.written(
                        constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                : String.valueOf(value);
    }
}
