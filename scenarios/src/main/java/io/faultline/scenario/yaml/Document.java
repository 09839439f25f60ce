package io.faultline.scenario.yaml;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** YAML 1.2 as a tree whose nodes know where they stand: bounded in size, without tags, without anything that contains itself. */
final class Document {

    private static final int MOST_CHARACTERS = 256 * 1024;
    private static final int MOST_ALIASES = 50;
    private static final int MOST_NODES = 20_000;
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final int DEEPEST = 50;
    private static final List<Tag> PLAIN =
            List.of(Tag.MAP, Tag.SEQ, Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.ENV_TAG);

    private final Reading reading;
    private final Deque<Node> around = new ArrayDeque<>();
    private int nodes;

    private Document(Reading reading) {
        this.reading = reading;
    }

    /** Empty, with a problem, if it is none. */
    static Optional<Node> parse(String text, Reading reading) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel("scenario")
                .setCodePointLimit(MOST_CHARACTERS)
                .setMaxAliasesForCollections(MOST_ALIASES)
                .build();
        String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        try {
            if (text.length() > MOST_CHARACTERS) {
                reading.problem(Optional.empty(), "this file has more than " + MOST_CHARACTERS + " characters.");
                return Optional.empty();
            }
            if (isTooDeep(content, settings, reading)) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(settings).composeString(content);
            if (root.isEmpty()) {
                reading.problem(Optional.empty(), "the file is empty. 'faultline init' writes a first scenario.");
                return root;
            }
            return new Document(reading).isSound(root.get()) ? root : Optional.empty();
        } catch (MarkedYamlEngineException e) {
            reading.problem(e.getProblemMark(), "this is no YAML: " + e.getProblem() + ".");
        } catch (YamlEngineException e) {
            reading.problem(Optional.empty(), "this is no YAML: " + e.getMessage() + ".");
        }
        return Optional.empty();
    }

    /** Looked at before the tree is made of it, which takes a call within a call for each level. */
    private static boolean isTooDeep(String content, LoadSettings settings, Reading reading) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(content)) {
            if (event instanceof CollectionStartEvent) {
                depth++;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
            if (depth > DEEPEST) {
                reading.problem(event.getStartMark(), "this is nested deeper than " + DEEPEST + " levels.");
                return true;
            }
        }
        return false;
    }

    private boolean isSound(Node node) {
        if (around.contains(node)) {
            reading.problem(node.getStartMark(), "this contains itself, by an alias.");
            return false;
        }
        nodes++;
        if (nodes > MOST_NODES) {
            reading.problem(
                    node.getStartMark(), "this file has more than " + MOST_NODES + " values, aliases counted in.");
            return false;
        }
        if (!PLAIN.contains(node.getTag())) {
            reading.problem(node.getStartMark(), "a tag (" + node.getTag() + ") has no meaning here: remove it.");
            return false;
        }
        around.push(node);
        boolean sound = true;
        if (node instanceof SequenceNode sequence) {
            for (Node each : sequence.getValue()) {
                sound = sound && isSound(each);
            }
        } else if (node instanceof MappingNode mapping) {
            sound = isSoundMapping(mapping);
        }
        around.pop();
        return sound;
    }

    private boolean isSoundMapping(MappingNode mapping) {
        Deque<String> keys = new ArrayDeque<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key) {
                if (keys.contains(key.getValue())) {
                    reading.problem(key.getStartMark(), "\"" + key.getValue() + "\" is written twice.");
                }
                keys.add(key.getValue());
            }
            if (!isSound(tuple.getKeyNode()) || !isSound(tuple.getValueNode())) {
                return false;
            }
        }
        return true;
    }
}
