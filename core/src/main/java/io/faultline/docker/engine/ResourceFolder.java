package io.faultline.docker.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** A folder of the class path, which is in a jar or on a disk. */
final class ResourceFolder {

    /** Is in every folder that an image is made of; a folder by itself need not be an entry of its jar. */
    private static final String DOCKERFILE = "Dockerfile";

    private ResourceFolder() {}

    /**
     * All files below it by their names, in alphabetical order: {@code lib/a.jar} for one that is deeper down.
     *
     * @param folder with a slash at both ends
     */
    static Map<String, byte[]> read(String folder) {
        URL dockerfile = ResourceFolder.class.getResource(folder + DOCKERFILE);
        if (dockerfile == null) {
            throw new IllegalStateException("The class path has no " + folder + DOCKERFILE + ".");
        }
        return read(folder, dockerfile);
    }

    static Map<String, byte[]> read(String folder, URL dockerfile) {
        try {
            Map<String, byte[]> files = dockerfile.openConnection() instanceof JarURLConnection jar
                    ? inJar(jar, folder.substring(1))
                    : onDisk(Path.of(URI.create(dockerfile.toString())).resolveSibling(""));
            files.keySet().removeIf(name -> name.contains("__pycache__/")); // what Python leaves beside what it has run
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> inJar(JarURLConnection connection, String folder) throws IOException {
        connection.setUseCaches(false); // else closing it would close it for everyone
        Map<String, byte[]> files = new TreeMap<>();
        try (JarFile jar = connection.getJarFile()) {
            for (JarEntry entry :
                    jar.stream().filter(each -> !each.isDirectory()).toList()) {
                if (entry.getName().startsWith(folder)) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        files.put(entry.getName().substring(folder.length()), in.readAllBytes());
                    }
                }
            }
        }
        return files;
    }

    private static Map<String, byte[]> onDisk(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        return files;
    }
}
