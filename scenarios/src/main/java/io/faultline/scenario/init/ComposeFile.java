package io.faultline.scenario.init;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The services of Compose files. Pure. */
final class ComposeFile {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]+");
    private static final Pattern PORT = Pattern.compile("(\\d{1,5})(-\\d+)?(/\\w+)?$");
    private static final Pattern URL = Pattern.compile("https?://[^/:\\s]+(?::(\\d{1,5}))?(/[\\w./?=&%-]*)?");

    private ComposeFile() {}

    /**
     * @param texts of the files, each merged into those before it; Compose's own JSON is one as well
     * @throws IllegalArgumentException if they name no services; its message says why
     */
    static List<ComposeService> services(List<String> texts) {
        Map<?, ?> root = ComposeReader.read(texts);
        Map<?, ?> written = ComposeReader.mapping(root.get("services"));
        if (written.isEmpty()) {
            throw new IllegalArgumentException(
                    root.containsKey("include")
                            ? "names no services itself, and what it includes is read by 'docker compose' alone. Install its plugin "
                                    + "(package docker-compose-plugin or docker-compose-v2), or name the included files."
                            : "names no services.");
        }
        return written.entrySet().stream()
                .filter(entry -> NAME.matcher(String.valueOf(entry.getKey())).matches())
                .map(entry -> service(String.valueOf(entry.getKey()), ComposeReader.mapping(entry.getValue())))
                .sorted(Comparator.comparing(ComposeService::name)) // as Compose has them
                .toList();
    }

    private static ComposeService service(String name, Map<?, ?> told) {
        Set<Integer> ports = new LinkedHashSet<>();
        Stream.of("ports", "expose")
                .flatMap(field -> list(told.get(field)).stream())
                .forEach(port -> port(port).ifPresent(ports::add));
        Optional<Matcher> health = list(
                        ComposeReader.mapping(told.get("healthcheck")).get("test"))
                .stream()
                .map(word -> URL.matcher(word.toString()))
                .filter(Matcher::find)
                .findFirst();
        health.map(url -> url.group(1)).map(Integer::valueOf).ifPresent(ports::add);
        return new ComposeService(
                name,
                Objects.toString(told.get("image"), ""),
                List.copyOf(ports),
                Stream.concat(list(told.get("depends_on")).stream(), list(told.get("links")).stream())
                        .map(each -> each.toString().replaceFirst(":.*", ""))
                        .toList(),
                health.map(url -> url.group(2)).filter(path -> !path.isEmpty()));
    }

    /** The container's port: the last number of {@code 127.0.0.1:8080:80/tcp}. */
    private static Optional<Integer> port(Object written) {
        Object target = written instanceof Map<?, ?> one ? one.get("target") : written;
        Matcher port = PORT.matcher(String.valueOf(target));
        return port.find() ? Optional.of(Integer.valueOf(port.group(1))) : Optional.empty();
    }

    /** Of a list its elements, of a mapping its names, and a single value. */
    private static List<Object> list(@Nullable Object value) {
        Collection<?> elements = value instanceof Collection<?> several
                ? several
                : value instanceof Map<?, ?> map ? map.keySet() : value == null ? List.of() : List.of(value);
        return elements.stream().filter(Objects::nonNull).collect(ArrayList::new, List::add, List::addAll);
    }
}
