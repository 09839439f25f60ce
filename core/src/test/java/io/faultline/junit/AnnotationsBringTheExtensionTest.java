package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.faultline.fault.About;
import io.faultline.fault.Default;
import io.faultline.fault.packet.WithPartition;
import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.commons.support.AnnotationSupport;

/** An annotation without the extension would silently do nothing in a class that has no other of ours. */
class AnnotationsBringTheExtensionTest {

    /** Stand in other annotations, or on components of records. */
    private static final Set<Class<?>> NOT_ON_TESTS = Set.of(FaultSchedule.class, About.class, Default.class);

    private static List<Class<?>> annotations() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.faultline.junit", "io.faultline.fault")
                        .stream()
                        .filter(JavaClass::isAnnotation)
                        .<Class<?>>map(JavaClass::reflect)
                        .toList();
    }

    private static boolean bringsIt(AnnotatedElement type) {
        return AnnotationSupport.findRepeatableAnnotations(type, ExtendWith.class).stream()
                .anyMatch(each -> List.of(each.value()).contains(FaultlineExtension.class));
    }

    @TestFactory
    Stream<DynamicTest> eachBringsIt() {
        return annotations().stream()
                .filter(type -> !type.getSimpleName().equals("All")) // JUnit looks at what such a one holds
                .filter(type -> !NOT_ON_TESTS.contains(type))
                .map(type -> DynamicTest.dynamicTest(
                        type.getSimpleName(), () -> assertThat(bringsIt(type)).isTrue()));
    }

    @Test
    void seesThoseThatThereAre() {
        assertThat(annotations())
                .hasSizeGreaterThan(30)
                .contains(WithPartition.class, Needs.class, StopsGracefully.class);
    }
}
