package io.faultline.scenario.junit;

import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.yaml.BadScenarioException;
import io.faultline.scenario.yaml.ScenarioFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A scenario's text, and where it was found.
 *
 * @param name what problems call it
 * @param uri of the text; IDEs go there with a line added
 */
record ScenarioText(String name, URI uri, String text) {

    /** @throws IllegalArgumentException if it is not there, or no text; its message says so to people */
    static ScenarioText of(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        try {
            return new ScenarioText(file.toString(), absolute.toUri(), decoded(Files.readAllBytes(absolute), file));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("The file " + absolute + " is not there.", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + absolute + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * One on the class path.
     *
     * @throws IllegalArgumentException as {@link #of}
     */
    static ScenarioText onClassPath(String resource) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = context == null ? ScenarioText.class.getClassLoader() : context;
        try (InputStream in = loader.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("The class path has no " + resource + ".");
            }
            return new ScenarioText(
                    resource, URI.create("classpath:/" + resource), decoded(in.readAllBytes(), resource));
        } catch (IOException e) {
            throw new IllegalArgumentException("The resource " + resource + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String decoded(byte[] bytes, Object of) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(of + " is no text in UTF-8.", e);
        }
    }

    /**
     * The scenario that it tells.
     *
     * @param valueOf the value that somebody has set for a parameter; empty if nobody has
     * @throws BadScenarioException with all mistakes at once
     */
    Scenario read(Function<String, Optional<String>> valueOf) {
        Scenario standard = ScenarioFile.read(name, text, Map.of());
        Map<String, String> settings = new HashMap<>();
        standard.parameters()
                .forEach(parameter ->
                        valueOf.apply(parameter.name()).ifPresent(value -> settings.put(parameter.name(), value)));
        valueOf.apply("seed").ifPresent(value -> settings.put("seed", value));
        return settings.isEmpty() ? standard : ScenarioFile.read(name, text, settings);
    }

    /** Where it says how it is called, counted from 1; 1 if it does not. */
    int line() {
        long before = text.lines().takeWhile(line -> !line.startsWith("name:")).count();
        return before == text.lines().count() ? 1 : Math.toIntExact(before) + 1;
    }

    /** Its file's own name. */
    String shortName() {
        return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    }

    /** It, at a line of it. */
    URI at(int line) {
        return URI.create(uri + "?line=" + line);
    }
}
