package io.faultline.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.faultline.bench.PeersResult.Group;
import io.faultline.bench.PeersResult.Row;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PeersPictureTest {

    private static final PeersResult RESULT = new PeersResult(
            "2026-11-29",
            "2 CPUs (A & B <C>)",
            "0.42",
            60,
            List.of(new Group(
                    "Cut a container off",
                    List.of(new Row("Faultline Partition", 5, 9, 1, 2), new Row("by hand", 50, 60, 100, 120)))),
            "pumba is not measured");

    @Test
    void namesEachWayWithItsTimesAndRatios() throws Exception {
        assertThat(texts(svg()))
                .contains("Cut a container off", "Faultline Partition", "by hand")
                .contains("5.0 ms", "1.0 ms", "50 ms  (10 ×)", "100 ms  (100 ×)");
    }

    @Test
    void saysWhenWhereAndHowItWasMeasured() throws Exception {
        assertThat(texts(svg()))
                .contains(
                        "2026-11-29, 2 CPUs (A & B <C>), load 0.42",
                        "60 rounds, all in turn in one run. pumba is not measured")
                .anySatisfy(text -> assertThat(text).contains("Lower is better", "Logarithmic"));
    }

    @Test
    void drawsOnALogarithmicScale() throws Exception {
        Document svg = svg();

        assertThat(widths(svg, "others gone").get(0) - widths(svg, "others in").get(0))
                .as("from 50 to 100 ms")
                .isCloseTo(470 / 2.0 * Math.log10(2), within(0.11));
        assertThat(widths(svg, "others gone").get(0)).as("the most of all").isCloseTo(470, within(0.11));
    }

    @Test
    void isDrawnFromWhatWasWritten(@TempDir Path folder) throws IOException {
        RESULT.write(folder.resolve("peers.json"));

        assertThat(PeersResult.read(folder.resolve("peers.json"))).isEqualTo(RESULT);
    }

    private static Document svg() throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(PeersPicture.of(RESULT))));
    }

    private static List<String> texts(Document svg) {
        return elements(svg, "text").stream().map(Element::getTextContent).toList();
    }

    /** Those of the bars, which come after the legend's. */
    private static List<Double> widths(Document svg, String kind) {
        return elements(svg, "rect").stream()
                .filter(rect -> rect.getAttribute("class").equals(kind))
                .skip(1)
                .map(rect -> Double.valueOf(rect.getAttribute("width")))
                .toList();
    }

    private static List<Element> elements(Document svg, String name) {
        NodeList found = svg.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }
}
