package io.faultline.scenario.init;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads Compose files where Compose itself cannot be asked: YAML 1.2 with merge keys, and Compose's own tags ({@code !reset},
 * {@code !override}) as if they were not there. Variables stay as they are, and included files are not read. Pure.
 */
final class ComposeReader {

    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setSchema(new CoreSchema()).build();

    private ComposeReader() {}

    /**
     * Each file merged into those before it: mappings by their keys, lists one after the other.
     *
     * @throws IllegalArgumentException if one is not YAML; its message says why
     */
    static Map<?, ?> read(List<String> texts) {
        return texts.stream().map(ComposeReader::read).reduce(Map.of(), ComposeReader::merged);
    }

    private static Map<?, ?> read(String text) {
        try {
            return mapping(new Load(SETTINGS, new WithoutTags()).loadFromString(text));
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("is not valid YAML: " + e.getMessage(), e);
        }
    }

    private static Map<?, ?> merged(Map<?, ?> earlier, Map<?, ?> later) {
        Map<Object, @Nullable Object> all = new LinkedHashMap<>(earlier);
        later.forEach((key, value) -> all.put(key, merged(all.get(key), value)));
        return all;
    }

    private static @Nullable Object merged(@Nullable Object earlier, @Nullable Object later) {
        if (earlier instanceof Map<?, ?> one && later instanceof Map<?, ?> other) {
            return merged(one, other);
        }
        if (earlier instanceof List<?> one && later instanceof List<?> other) {
            List<Object> both = new ArrayList<>(one);
            both.addAll(other);
            return both;
        }
        return later;
    }

    static Map<?, ?> mapping(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    /** Takes what has a tag of Compose's own for what it would be without. */
    private static final class WithoutTags extends StandardConstructor {

        WithoutTags() {
            super(SETTINGS);
        }

        @Override
        protected Optional<ConstructNode> findConstructorFor(Node node) {
            String tag = node.getTag().getValue();
            if (tag.equals("!reset") || tag.equals("!override")) {
                node.setTag(plain(node));
            }
            return super.findConstructorFor(node);
        }

        private static Tag plain(Node node) {
            if (node instanceof ScalarNode scalar) {
                return SETTINGS.getSchema().getScalarResolver().resolve(scalar.getValue(), true);
            }
            return node instanceof MappingNode ? Tag.MAP : Tag.SEQ;
        }
    }
}
