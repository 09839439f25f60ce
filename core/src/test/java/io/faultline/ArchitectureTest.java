package io.faultline;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.faultline.history.HistoryCheck;
import io.faultline.observe.BoundedWait;
import io.faultline.world.ForgottenTests;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Holds the directions between packages, and what no code of ours does. */
class ArchitectureTest {

    private static final String ROOT = "io.faultline";
    private static final JavaClasses MAIN =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages(ROOT);

    /** What each package may use of ours; the whole truth, so a new package has to be written down here. */
    private enum Direction {
        TOPOLOGY("topology"),
        JOURNAL("journal"),
        OBSERVE("observe"),
        HTTP("http"),
        EFFECT("effect", "topology"),
        FAULT("fault", "effect", "topology"),
        CLOCK("fault.clock", "fault", "effect", "topology"),
        OUTPUT("fault.output", "fault", "effect", "topology"),
        PACKET("fault.packet", "fault", "effect", "topology"),
        PROCESS("fault.process", "fault", "effect", "topology"),
        STREAM("fault.stream", "fault", "effect", "topology"),
        STRESS("fault.stress", "fault", "effect", "topology"),
        DNS("fault.dns", "fault.packet", "fault", "effect", "topology"),
        SHAPING("fault.shaping", "fault.packet", "fault", "effect", "topology"),
        AGENT("agent", "effect", "topology", "observe"),
        INJECT("inject", "agent", "fault", "effect", "topology", "observe", "journal"),
        VERIFY("verify", "inject", "fault", "effect", "topology", "observe", "journal"),
        SHUTDOWN("shutdown", "verify", "http", "inject", "effect", "observe", "journal"),
        HISTORY("history", "verify", "observe", "journal"),
        DOCKER_ENGINE("docker.engine", "agent"),
        DOCKER_CONTAINER("docker.container", "docker.engine", "agent", "fault", "observe", "topology"),
        DOCKER_OUTPUT("docker.output", "docker.engine", "agent", "inject", "fault", "effect", "observe"),
        DOCKER_ROLLBACK(
                "docker.rollback",
                "docker.container",
                "docker.engine",
                "agent",
                "inject",
                "fault",
                "effect",
                "topology"),
        DOCKER_STREAM(
                "docker.stream", "docker.container", "docker.engine", "agent", "inject", "fault", "effect", "topology"),
        DOCKER(
                "docker",
                "docker.container",
                "docker.engine",
                "docker.output",
                "docker.rollback",
                "docker.stream",
                "agent",
                "inject",
                "fault",
                "observe",
                "topology");

        private final String from;
        private final Set<String> to;

        Direction(String from, String... to) {
            this.from = from;
            this.to = Set.of(to);
        }
    }

    private static final Set<String> NOT_LISTED = Set.of("junit");

    @TestFactory
    Stream<DynamicTest> usesOnlyThePackagesBelowIt() {
        return Arrays.stream(Direction.values())
                .map(direction -> DynamicTest.dynamicTest(direction.from, () -> {
                    String[] forbidden = Stream.concat(
                                    Stream.of("junit"),
                                    Arrays.stream(Direction.values()).map(d -> d.from))
                            .filter(other -> !other.equals(direction.from) && !direction.to.contains(other))
                            .map(other -> ROOT + "." + other)
                            .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage(ROOT + "." + direction.from)
                            .and()
                            .areNotAnnotations() // which stand with their faults and name the extension
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(Stream.concat(Stream.of(ROOT), Arrays.stream(forbidden))
                                    .toArray(String[]::new))
                            .check(MAIN);
                }));
    }

    @Test
    void everyPackageHasItsDirection() {
        Set<String> listed = Stream.concat(
                        NOT_LISTED.stream(), Arrays.stream(Direction.values()).map(d -> d.from))
                .map(name -> ROOT + "." + name)
                .collect(Collectors.toSet());
        listed.add(ROOT);

        assertThat(MAIN.stream().map(JavaClass::getPackageName).distinct()).isSubsetOf(listed);
    }

    @Test
    void noCycleJoinsThePackages() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void onlyTheFrontDoorKnowsDocker() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".docker..", ROOT + ".junit")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".docker..", "com.github.dockerjava..", "org.testcontainers..")
                .check(MAIN);
    }

    @Test
    void onlyTheAdapterKnowsToxiproxy() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".docker.stream")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("eu.rekawek.toxiproxy..")
                .check(MAIN);
    }

    @Test
    void onlyOneClientSpeaksHttpAndItRepeatsNothing() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".http")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "org.apache.hc..")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.HttpURLConnection")
                .check(MAIN);
    }

    @Test
    void onlyTheExtensionKnowsJUnit() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".junit")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.junit..")
                .check(MAIN);
    }

    @Test
    void nobodySleepsOrPrints() {
        noClasses()
                .should()
                .callMethodWhere(is(
                        "sleep",
                        // A bounded wait is one, and a history is read again once it had time to settle.
                        call -> (call.getTargetOwner().isEquivalentTo(Thread.class)
                                        || call.getTargetOwner().isEquivalentTo(TimeUnit.class))
                                && call.getName().equals("sleep")
                                && !call.getOriginOwner().isEquivalentTo(BoundedWait.class)
                                && !call.getOriginOwner().isEquivalentTo(HistoryCheck.class)))
                .check(MAIN);
        noClasses()
                .should()
                .accessFieldWhere(is(
                        "System.out or System.err",
                        access -> access.getTargetOwner().isEquivalentTo(System.class)
                                && Set.of("out", "err").contains(access.getName())))
                .check(MAIN);
    }

    @Test
    void nothingIsKeptInThreadLocalsOrInMutableStatics() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocal.class)
                .check(MAIN);
        assertThat(MAIN.stream().flatMap(type -> type.getFields().stream()).filter(ArchitectureTest::isMutableStatic))
                .isEmpty();
    }

    // A final static can still hold something that changes; of what is in the JDK, these would.
    private static boolean isMutableStatic(JavaField field) {
        if (!field.getModifiers().contains(STATIC) || field.getName().startsWith("$")) {
            return false;
        }
        return !field.getModifiers().contains(FINAL)
                || Stream.of("java.util.concurrent.atomic", "java.util.concurrent")
                        .anyMatch(name -> field.getRawType().getPackageName().equals(name))
                || field.getRawType().isAssignableTo(StringBuilder.class);
    }

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItIs() {
        List<String> packages =
                MAIN.stream().map(JavaClass::getPackageName).distinct().sorted().toList();

        assertThat(packages)
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        name -> assertThat(Class.forName(name + ".package-info").isAnnotationPresent(NullMarked.class))
                                .isTrue());
    }

    @Test
    void everyTestIsRun() {
        assertThat(ForgottenTests.below(ROOT))
                .as("add @Test, or let it be private")
                .containsExactly(ArchitectureTest.class.getName() + "$ForgettingTest.isForgotten()");
    }

    /** What the rule is to find, and what not. */
    static final class ForgettingTest implements AutoCloseable {

        @Test
        void isRun() {
            isCalled();
        }

        void isForgotten() {
            isCalled();
        }

        void isCalled() {
            assertThat(this).isNotNull();
        }

        @Override
        public void close() {
            assertThat(this).isNotNull();
        }
    }

    private static <T> DescribedPredicate<T> is(String what, java.util.function.Predicate<? super T> test) {
        return DescribedPredicate.describe(what, test);
    }
}
