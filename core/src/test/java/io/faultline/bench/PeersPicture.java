package io.faultline.bench;

import io.faultline.bench.PeersResult.Group;
import io.faultline.bench.PeersResult.Row;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Draws what {@code dev/bench peers} has measured: two bars a way on a logarithmic scale, in an SVG that needs nothing else. */
final class PeersPicture {

    private static final int LEFT = 260;
    private static final int RIGHT = 730;
    private static final int TOP = 96;
    private static final int ROW = 34;

    private final StringBuilder drawn = new StringBuilder();
    private final double least;
    private final double most;

    private PeersPicture(PeersResult result) {
        DoubleSummaryStatistics powers = result.groups().stream()
                .flatMap(group -> group.rows().stream())
                .flatMapToDouble(row -> DoubleStream.of(row.injectP50(), row.healP50()))
                .map(Math::log10)
                .summaryStatistics();
        this.least = Math.floor(powers.getMin());
        this.most = Math.ceil(powers.getMax());
    }

    public static void main(String... arguments) throws IOException {
        Files.writeString(Path.of(arguments[1]), of(PeersResult.read(Path.of(arguments[0]))));
        System.out.println("drawn to " + arguments[1]);
    }

    static String of(PeersResult result) throws IOException {
        return new PeersPicture(result).draw(result);
    }

    private String draw(PeersResult result) throws IOException {
        frame(TOP + ROW * result.lines());
        int y = TOP;
        for (Group group : result.groups()) {
            text("group", 16, y + 22, group.title());
            for (Row row : group.rows()) {
                y += ROW;
                String ours = row.isOurs() ? "ours" : "others";
                text(ours, 28, y + 12, row.name());
                bar(ours + " gone", y + 9, row.healP50(), group.first().healP50());
                bar(ours + " in", y - 4, row.injectP50(), group.first().injectP50());
            }
            y += ROW;
        }
        text("small", 16, y + 18, result.date() + ", " + result.machine() + ", load " + result.load());
        text("small", 16, y + 34, result.rounds() + " rounds, all in turn in one run. " + result.note());
        return drawn.append("</svg>\n").toString();
    }

    private void frame(int bottom) throws IOException {
        try (InputStream head = PeersPicture.class.getResourceAsStream("peers-head.svg")) {
            String text = new String(head.readAllBytes(), StandardCharsets.UTF_8);
            drawn.append(text.replace("HEIGHT", String.valueOf(bottom + 48)));
        }
        for (int power = (int) least; power <= most; power++) {
            double x = x(Math.pow(10, power));
            add("<path d=\"M%.1f %dV%d\"/>", x, TOP, bottom);
            text("axis", x, TOP - 6, BigDecimal.valueOf(1, -power).toPlainString() + " ms");
        }
    }

    private void bar(String kind, int y, double millis, double first) {
        add("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"12\"/>", kind, LEFT, y, x(millis) - LEFT);
        String times = millis == first ? "" : "  (" + number(millis / first) + " ×)";
        text("value", x(millis) + 6, y + 10, number(millis) + " ms" + times);
    }

    private double x(double millis) {
        return LEFT + (RIGHT - LEFT) * (Math.log10(millis) - least) / (most - least);
    }

    /** Of 10 and more all digits before the point, of less the first two. */
    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 10 ? "%.0f" : value >= 1 ? "%.1f" : "%.2f", value);
    }

    private void text(String kind, double x, int y, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        add("<text class=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>", kind, x, y, escaped);
    }

    private void add(String element, Object... arguments) {
        drawn.append(String.format(Locale.ROOT, element, arguments)).append('\n');
    }
}
