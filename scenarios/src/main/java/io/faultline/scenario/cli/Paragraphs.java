package io.faultline.scenario.cli;

import java.util.ArrayList;
import java.util.List;

/** Breaks text into lines that fit a terminal. */
final class Paragraphs {

    private static final int WIDTH = 100;

    private Paragraphs() {}

    /**
     * Lines of at most 100 columns, except for words that are longer.
     *
     * @param first what the first line begins with; the others are indented as far
     */
    static List<String> of(String first, String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(first);
        boolean isEmpty = true;
        for (String word : text.strip().split("\\s+", -1)) {
            if (!isEmpty && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(first.length()));
                isEmpty = true;
            }
            line.append(isEmpty ? "" : " ").append(word);
            isEmpty = false;
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }
}
