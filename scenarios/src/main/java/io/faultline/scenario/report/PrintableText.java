package io.faultline.scenario.report;

import java.util.function.IntUnaryOperator;

/** Makes text of other programs fit to be shown: what cannot be seen, or makes other text look different, becomes a letter. */
final class PrintableText {

    private static final int UNKNOWN = 0xFFFD;

    private PrintableText() {}

    /**
     * The same text with a picture for each control character but line ends and tabs, and the replacement character for
     * what XML cannot carry and for marks that change the direction of the text around them.
     */
    static String of(String text) {
        return mapped(text.replace("\r\n", "\n"), PrintableText::letter);
    }

    /** The same on one line. */
    static String line(String text) {
        return of(text).replaceAll("\\s+", " ").strip();
    }

    /** The first so many letters of it, with an ellipsis if there are more. */
    static String atMost(int letters, String text) {
        return text.codePointCount(0, text.length()) <= letters
                ? text
                : text.substring(0, text.offsetByCodePoints(0, Math.max(0, letters - 1))) + "…";
    }

    private static int letter(int c) {
        if (c == '\n' || c == '\t') {
            return c;
        }
        if (c < 0x20) {
            return 0x2400 + c; // the Unicode block of control pictures has them in ASCII's order
        }
        return isLost(c) || turnsText(c) ? UNKNOWN : c;
    }

    private static boolean isLost(int c) {
        return (c >= 0x7F && c < 0xA0) || (c >= 0xD800 && c < 0xE000) || (c & 0xFFFE) == 0xFFFE;
    }

    private static boolean turnsText(int c) {
        return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    }

    private static String mapped(String text, IntUnaryOperator letter) {
        return text.codePoints()
                .map(letter)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
