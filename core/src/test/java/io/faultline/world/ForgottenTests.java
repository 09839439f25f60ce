package io.faultline.world;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Methods that look like tests, and that neither JUnit nor anybody else calls. */
public final class ForgottenTests {

    private static final Pattern TESTS = Pattern.compile(".*(Test|IT)(\\$(?!.*TestCase).*)?");
    private static final String TESTABLE = "org.junit.platform.commons.annotation.Testable";
    private static final Set<String> LIFE_CYCLE = Stream.of("BeforeEach", "AfterEach", "BeforeAll", "AfterAll")
            .map(name -> "org.junit.jupiter.api." + name)
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<JavaModifier> OTHERS =
            Set.of(JavaModifier.PRIVATE, JavaModifier.STATIC, JavaModifier.ABSTRACT, JavaModifier.SYNTHETIC);

    private ForgottenTests() {}

    /** In the classes of tests of these packages; a nested class without any test is a fixture, and so is a …TestCase. */
    public static List<String> below(String root) {
        JavaClasses tests = new ClassFileImporter()
                .withImportOption(new ImportOption.OnlyIncludeTests())
                .importPackages(root);
        return in(tests.stream());
    }

    private static List<String> in(Stream<JavaClass> classes) {
        return classes.filter(type -> TESTS.matcher(type.getName()).matches())
                .filter(type ->
                        !type.isNestedClass() || type.getAllMethods().stream().anyMatch(ForgottenTests::isRun))
                .flatMap(type -> type.getMethods().stream())
                .filter(ForgottenTests::isForgotten)
                .map(JavaMethod::getFullName)
                .sorted()
                .toList();
    }

    private static boolean isForgotten(JavaMethod method) {
        return method.getRawReturnType().isEquivalentTo(void.class)
                && method.getRawParameterTypes().isEmpty()
                && method.getModifiers().stream().noneMatch(OTHERS::contains)
                && method.getAccessesToSelf().isEmpty()
                && !isRun(method)
                && method.getAnnotations().stream()
                        .noneMatch(each -> LIFE_CYCLE.contains(each.getRawType().getName()))
                && !overrides(method);
    }

    private static boolean isRun(JavaMethod method) {
        return method.isAnnotatedWith(TESTABLE) || method.isMetaAnnotatedWith(TESTABLE);
    }

    private static boolean overrides(JavaMethod method) {
        return Stream.concat(
                        method.getOwner().getAllRawSuperclasses().stream(),
                        method.getOwner().getAllRawInterfaces().stream())
                .anyMatch(above -> above.tryGetMethod(method.getName()).isPresent());
    }
}
