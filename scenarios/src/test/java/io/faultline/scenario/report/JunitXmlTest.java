package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class JunitXmlTest {

    @Test
    void countsBrokenAsFailuresAndInconclusiveAsErrors() throws Exception {
        Element suite = suite(Results.report(Results.held(), Results.broken(), Results.inconclusive(), Results.held()));

        assertThat(suite.getAttribute("tests")).isEqualTo("4");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("errors")).isEqualTo("1");
        assertThat(suite.getAttribute("time")).isEqualTo("16.800");
        assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(4);
        assertThat(suite.getElementsByTagName("failure").getLength()).isEqualTo(1);
        assertThat(suite.getElementsByTagName("error").getLength()).isEqualTo(1);
    }

    @Test
    void givesTheReasonAndTheTimelineOfABrokenOne() throws Exception {
        Element suite = suite(Results.report(Results.broken()));

        Element failure = (Element) suite.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).isEqualTo("it <broke> & \u2407 rang.");
        assertThat(failure.getTextContent()).startsWith("BROKEN: ").endsWith("Mend it.");
        assertThat(suite.getElementsByTagName("system-out").item(0).getTextContent())
                .contains("+0.000 s  in force     the fault is in force");
    }

    @Test
    void isWellFormedWithoutAnyResult() throws Exception {
        assertThat(suite(Results.report()).getAttribute("tests")).isEqualTo("0");
    }

    /** What GitHub's readers, GitLab and Jenkins (whose schema has no more than this) take, and what they group by. */
    @Test
    void hasTheElementsAndAttributesThatReadersKnow() throws Exception {
        Element suite = suite(SampleReport.report());
        Element suites = (Element) suite.getParentNode();

        assertThat(names(suites)).containsExactlyInAnyOrder("name", "tests", "failures", "errors", "time");
        assertThat(names(suite))
                .containsExactlyInAnyOrder("name", "tests", "failures", "errors", "skipped", "time", "timestamp");
        assertThat(suite.getAttribute("timestamp")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        NodeList cases = suite.getElementsByTagName("testcase");
        Set<String> known = new HashSet<>();
        for (int i = 0; i < cases.getLength(); i++) {
            Element testcase = (Element) cases.item(i);
            assertThat(names(testcase)).containsExactlyInAnyOrder("classname", "name", "time");
            assertThat(testcase.getAttribute("time")).matches("\\d+\\.\\d{3}");
            assertThat(known.add(testcase.getAttribute("classname") + testcase.getAttribute("name")))
                    .as("a name of its own: " + testcase.getAttribute("name"))
                    .isTrue();
            assertThat(children(testcase)).isSubsetOf("failure", "error", "system-out");
        }
    }

    private static List<String> names(Element element) {
        return IntStream.range(0, element.getAttributes().getLength())
                .mapToObj(i -> element.getAttributes().item(i).getNodeName())
                .toList();
    }

    private static List<String> children(Element element) {
        return IntStream.range(0, element.getChildNodes().getLength())
                .mapToObj(i -> element.getChildNodes().item(i).getNodeName())
                .toList();
    }

    private static Element suite(Report report) throws Exception {
        return (Element) DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(JunitXml.of(report))))
                .getElementsByTagName("testsuite")
                .item(0);
    }
}
