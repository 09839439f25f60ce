package io.faultline.history;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values as text, so that "1" that was written is the 1 that is read, and nobody changes them afterwards. */
final class Texts {

    private Texts() {}

    static String of(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
    }

    /** Of an answer: nothing for null, the elements of a collection, else the value. */
    static List<String> all(@Nullable Object answer) {
        if (answer == null) {
            return List.of();
        }
        if (answer instanceof Optional<?> optional) {
            return all(optional.orElse(null));
        }
        if (answer instanceof Object[] several) {
            return Stream.of(several).map(Texts::of).toList();
        }
        if (answer instanceof Iterable<?> several && !(answer instanceof java.nio.file.Path)) {
            List<String> texts = new ArrayList<>();
            several.forEach(each -> texts.add(String.valueOf(each instanceof byte[] bytes ? of(bytes) : each)));
            return texts;
        }
        return List.of(of(answer));
    }
}
