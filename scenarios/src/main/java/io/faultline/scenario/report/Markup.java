package io.faultline.scenario.report;

import java.io.StringWriter;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes elements that HTML and XML read alike. All text and every attribute goes through {@link PrintableText} and the JDK's
 * own escaping; there is no way around it. Not for the content of script and style, which HTML reads by other rules.
 */
final class Markup {

    private final StringWriter out = new StringWriter();
    private final XMLStreamWriter xml;

    /** Writes to XML as it is allowed to fail, although nothing here can. */
    @FunctionalInterface
    private interface Writing {
        void write() throws XMLStreamException;
    }

    Markup() {
        try {
            xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
        } catch (XMLStreamException e) {
            throw new IllegalStateException("A StringWriter takes everything.", e);
        }
    }

    /** Opens an element; attributes are names and values by turns. */
    Markup open(String element, String... attributes) {
        write(() -> {
            xml.writeStartElement(element);
            attributes(attributes);
        });
        return this;
    }

    Markup close() {
        // An empty text first: <p/> is no end of a paragraph to HTML.
        write(() -> {
            xml.writeCharacters("");
            xml.writeEndElement();
        });
        return this;
    }

    Markup text(String text) {
        write(() -> xml.writeCharacters(PrintableText.of(text)));
        return this;
    }

    /** An element with nothing but text in it. */
    Markup leaf(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close();
    }

    /** An element that HTML knows to have no content, as meta. */
    Markup empty(String element, String... attributes) {
        write(() -> {
            xml.writeEmptyElement(element);
            attributes(attributes);
        });
        return this;
    }

    private void attributes(String... attributes) throws XMLStreamException {
        if (attributes.length % 2 != 0) {
            throw new IllegalArgumentException("An attribute lacks its value: " + String.join(", ", attributes));
        }
        for (int i = 0; i < attributes.length; i += 2) {
            xml.writeAttribute(attributes[i], PrintableText.of(attributes[i + 1]));
        }
    }

    private static void write(Writing writing) {
        try {
            writing.write();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("A StringWriter takes everything.", e);
        }
    }

    /** A number as SVG writes it: with a point, and no more digits than can be seen. */
    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    @Override
    public String toString() {
        write(xml::flush);
        return out.toString();
    }
}
