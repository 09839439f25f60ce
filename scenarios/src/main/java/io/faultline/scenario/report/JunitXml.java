package io.faultline.scenario.report;

import io.faultline.journal.Timeline;
import io.faultline.scenario.Result;
import io.faultline.verify.Outcome;
import io.faultline.verify.Verdict;
import java.io.StringWriter;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a report in the form that CI systems read, Surefire's: BROKEN is a failure, INCONCLUSIVE an error. What it has no
 * place for, it leaves out: report.json has all.
 */
final class JunitXml {

    private final XMLStreamWriter xml;

    private JunitXml(XMLStreamWriter xml) {
        this.xml = xml;
    }

    static String of(Report report) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            new JunitXml(xml).write(report);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("A StringWriter takes everything.", e);
        }
        return text + "\n";
    }

    private void write(Report report) throws XMLStreamException {
        List<Result> results = report.results();
        Duration took = Summary.took(results);
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuites");
        totals(results, took);
        xml.writeStartElement("testsuite");
        totals(results, took);
        attribute("skipped", "0");
        attribute("timestamp", report.began().truncatedTo(ChronoUnit.SECONDS).toString());
        for (Result result : results) {
            testcase(result);
        }
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void totals(List<Result> results, Duration took) throws XMLStreamException {
        attribute("name", "faultline");
        attribute("tests", Integer.toString(results.size()));
        attribute("failures", Long.toString(Summary.count(results, Outcome.BROKEN)));
        attribute("errors", Long.toString(Summary.count(results, Outcome.INCONCLUSIVE)));
        attribute("time", seconds(took));
    }

    private void testcase(Result result) throws XMLStreamException {
        xml.writeStartElement("testcase");
        attribute("classname", "faultline." + result.scenario());
        attribute("name", result.scenario() + " (" + result.settings() + ")");
        attribute("time", seconds(result.took()));
        switch (result.verdict().outcome()) {
            case HELD -> {}
            case BROKEN -> problem("failure", result.verdict());
            case INCONCLUSIVE -> problem("error", result.verdict());
        }
        xml.writeStartElement("system-out");
        xml.writeCharacters(PrintableText.of(Timeline.of(result.journal())));
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private void problem(String element, Verdict verdict) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("type", verdict.cause().name());
        attribute("message", verdict.reason());
        xml.writeCharacters(PrintableText.of(verdict.toString()));
        xml.writeEndElement();
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, PrintableText.of(value));
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e9);
    }
}
