package io.faultline.scenario.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What this JVM runs from, as files for an image, by their names. */
final class ClassPath {

    private ClassPath() {}

    /** The jars of these classes. */
    static Map<String, byte[]> jarsOf(List<String> classes) {
        Map<String, byte[]> jars = new TreeMap<>();
        for (String name : classes) {
            Path jar = sourceOf(name);
            jars.put(fileName(jar), read(jar));
        }
        return jars;
    }

    /** All classes of the package of this one, which are in a jar or in a folder. */
    static Map<String, byte[]> classesBeside(String name) {
        Path source = sourceOf(name);
        String folder = name.substring(0, name.lastIndexOf('.')).replace('.', '/');
        if (Files.isDirectory(source)) {
            return classesIn(source.resolve(folder));
        }
        try (FileSystem jar = FileSystems.newFileSystem(source)) {
            return classesIn(jar.getPath(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> classesIn(Path folder) {
        Map<String, byte[]> classes = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> fileName(file).endsWith(".class"))
                    .forEach(file -> classes.put(fileName(file), read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return classes;
    }

    private static Path sourceOf(String name) {
        try {
            Class<?> type = Class.forName(name, false, ClassPath.class.getClassLoader());
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "The class path has no " + name + ", which the image of the reference clients in Java is made of. "
                            + "Faultline's command has it; who plays them from a test adds its library as a dependency.",
                    e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("The source of " + name + " is no file.", e);
        }
    }

    private static String fileName(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
