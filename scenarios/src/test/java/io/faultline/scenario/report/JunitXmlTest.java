package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
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

    private static Element suite(Report report) throws Exception {
        return (Element) DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(JunitXml.of(report))))
                .getElementsByTagName("testsuite")
                .item(0);
    }
}
