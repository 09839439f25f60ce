package io.faultline.scenario.report;

/**
 * How wide text is, at most, in whatever font the reader's browser takes. Measured on DejaVu Sans, the widest that is
 * common; most are a sixth narrower.
 */
final class TextMetrics {

    private TextMetrics() {}

    static double width(String text, double size) {
        return text.codePoints().mapToDouble(TextMetrics::share).sum() * size;
    }

    /** As much of the text as has room, with an ellipsis where some of it has not. */
    static String fitting(String text, double size, double room) {
        if (width(text, size) <= room) {
            return text;
        }
        int letters = text.codePointCount(0, text.length());
        while (letters > 1 && width(PrintableText.atMost(letters, text), size) > room) {
            letters--;
        }
        return PrintableText.atMost(letters, text);
    }

    private static double share(int c) {
        if (c >= 0x1100) {
            return c >= 0x2000 && c < 0x2C00 ? 1.0 : 1.4; // punctuation and symbols; pictures, and scripts of East Asia
        }
        if (c > 0x7E) {
            return 0.8;
        }
        if ("il.,:;'|!jft()[] ".indexOf(c) >= 0) {
            return 0.42;
        }
        return "mwMW%@".indexOf(c) >= 0 ? 1.02 : Character.isUpperCase(c) || c == '+' || c == '=' ? 0.84 : 0.65;
    }
}
