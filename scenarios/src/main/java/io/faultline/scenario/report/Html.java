package io.faultline.scenario.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Markup, made of templates that are ours and of values that may be anybody's. A value goes through {@link PrintableText}
 * and is escaped, for text and for attributes in double quotes, unless it is markup itself; there is no way around it.
 */
record Html(String markup) {

    private static final Html NOTHING = new Html("");
    private static final Pattern HOLE = Pattern.compile("\\{(\\w*)}");

    /** Fills each {@code {}} with the next value. An empty Optional is nothing, a Stream all of its values. */
    static Html of(String template, Object... values) {
        Iterator<Object> next = List.of(values).iterator();
        Html filled = filled(template, hole -> next.next());
        if (next.hasNext()) {
            throw new IllegalArgumentException("The template has no place for " + next.next() + ": " + template);
        }
        return filled;
    }

    /** The same, or nothing. */
    static Html when(boolean isShown, String template, Object... values) {
        return isShown ? of(template, values) : NOTHING;
    }

    /** Fills each {@code {name}} of a file with the value of that name. */
    static Html ofResource(String file, Map<String, Object> values) {
        return filled(resource(file).markup, name -> Objects.requireNonNull(values.get(name), name));
    }

    static Html resource(String file) {
        try (InputStream in = Objects.requireNonNull(Html.class.getResourceAsStream(file), file)) {
            return new Html(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Html filled(String template, Function<String, Object> values) {
        return new Html(HOLE.matcher(template)
                .replaceAll(hole -> Matcher.quoteReplacement(written(values.apply(hole.group(1))))));
    }

    private static String written(Object value) {
        if (value instanceof Html html) {
            return html.markup;
        }
        if (value instanceof Optional<?> optional) {
            return optional.map(Html::written).orElse("");
        }
        if (value instanceof Stream<?> stream) {
            return stream.map(Html::written).collect(Collectors.joining());
        }
        return PrintableText.of(value.toString())
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
