package io.faultline;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.junit.jupiter.api.Test;

/** What users can name is listed in core/api.txt; all else is package-private or marked as internal. */
class ApiTest {

    private static final Path LISTING = Path.of("api.txt");
    private static final Pattern OURS = Pattern.compile("io\\.faultline\\.[\\w.$]+");
    private static final Pattern PACKAGE = Pattern.compile("\\b[a-z][\\w]*\\.");

    private static List<Class<?>> api() {
        return new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests()).importPackages("io.faultline").stream()
                        .map(JavaClass::reflect)
                        .filter(ApiTest::isApi)
                        .sorted(Comparator.comparing(Class::getName))
                        .<Class<?>>map(type -> type)
                        .toList();
    }

    private static boolean isApi(Class<?> type) {
        return Modifier.isPublic(type.getModifiers())
                && !type.isAnonymousClass()
                && !isInternal(type)
                && !isInternal(type.getPackage())
                && (type.getEnclosingClass() == null || isApi(type.getEnclosingClass()));
    }

    private static boolean isInternal(AnnotatedElement element) {
        API api = element.getAnnotation(API.class);
        return api != null && api.status() == Status.INTERNAL;
    }

    @Test
    void isWhatIsListed() throws IOException {
        String now = api().stream().map(ApiTest::described).collect(joining("\n"));
        if (Boolean.getBoolean("faultline.docs.write")) {
            Files.writeString(LISTING, now);
        }

        assertThat(LISTING)
                .as("core/api.txt; a change of it is a change for users. To write it again: dev/mvn -pl core test "
                        + "-Dtest=ApiTest -DargLine=-Dfaultline.docs.write=true")
                .hasContent(now);
    }

    @Test
    void mentionsNothingInternal() {
        List<String> found = new ArrayList<>();
        for (Class<?> type : api()) {
            members(type)
                    .forEach(member -> types(member)
                            .flatMap(each ->
                                    OURS.matcher(each.getTypeName()).results().map(match -> match.group()))
                            .filter(name -> !isApi(named(name)))
                            .forEach(
                                    name -> found.add(type.getName() + "." + described(member) + " mentions " + name)));
        }

        assertThat(found).isEmpty();
    }

    @Test
    void givesTimesAsDurations() {
        assertThat(api().stream()
                        .filter(type -> !type.getPackageName().equals("io.faultline.effect"))
                        .flatMap(ApiTest::members)
                        .filter(member -> member.getName().endsWith("Nanos"))
                        .map(member -> member.getDeclaringClass().getName() + "." + member.getName()))
                .isEmpty();
    }

    private static Class<?> named(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<Type> types(Member member) {
        return member instanceof Executable executable
                ? Stream.concat(
                        Arrays.stream(executable.getGenericParameterTypes()),
                        executable instanceof Method method ? Stream.of(method.getGenericReturnType()) : Stream.of())
                : Stream.of(((Field) member).getGenericType());
    }

    private static Stream<Member> members(Class<?> type) {
        return Stream.of(type.getDeclaredConstructors(), type.getDeclaredMethods(), type.getDeclaredFields())
                .<Member>flatMap(Arrays::stream)
                .filter(member -> !member.isSynthetic() && !isInternal((AnnotatedElement) member))
                .filter(member -> (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0)
                .filter(member -> !isGiven(type, member));
    }

    /** What every enum, and every record, has. */
    private static boolean isGiven(Class<?> type, Member member) {
        return (type.isEnum() && List.of("values", "valueOf").contains(member.getName()))
                || List.of("equals", "hashCode", "toString", "serialVersionUID").contains(member.getName());
    }

    private static String described(Class<?> type) {
        return kind(type) + type.getName().replace('$', '.') + "\n"
                + members(type)
                        .map(member -> "  " + described(member) + "\n")
                        .sorted()
                        .collect(joining());
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "@interface ";
        }
        return type.isRecord() ? "record " : type.isEnum() ? "enum " : type.isInterface() ? "interface " : "class ";
    }

    private static String described(Member member) {
        String modifiers = (Modifier.isProtected(member.getModifiers()) ? "protected " : "")
                + (Modifier.isStatic(member.getModifiers()) ? "static " : "");
        if (member instanceof Field field) {
            return modifiers + (field.isEnumConstant() ? "" : simple(field.getGenericType()) + " ") + field.getName();
        }
        Executable executable = (Executable) member;
        String parameters = Arrays.stream(executable.getGenericParameterTypes())
                .map(ApiTest::simple)
                .collect(joining(", ", "(", ")"));
        return executable instanceof Constructor<?>
                ? "new" + parameters
                : modifiers + simple(((Method) executable).getGenericReturnType()) + " " + executable.getName()
                        + parameters;
    }

    private static String simple(Type type) {
        return PACKAGE.matcher(type.getTypeName()).replaceAll("").replace('$', '.');
    }
}
