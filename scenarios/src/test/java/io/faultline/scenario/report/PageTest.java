package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The page without a browser; with one, PageInBrowserTest. */
class PageTest {

    @Test
    void isWellFormedWhateverOtherProgramsHaveSaid() throws Exception {
        Document page = parsed(Page.of(SampleReport.report(), SampleReport.comparison(SampleReport.report())));

        assertThat(page.getElementsByTagName("article").getLength()).isEqualTo(11);
        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(page.getElementsByTagName("img").getLength()).isZero();
    }

    @Test
    void namesNothingThatIsElsewhere() {
        String page = Page.of(SampleReport.report(), Comparison.none());

        assertThat(page).doesNotContain("http://", "https://", "@import", "src=\"", "url(", " onload", "javascript:");
        assertThat(page).contains("default-src 'none'");
    }

    @Test
    void explainsEverythingThatATimelineIsMadeOf() {
        String page = Page.of(SampleReport.report(List.of()), Comparison.none());

        for (Band.State state : Band.State.values()) {
            assertThat(page).contains("<i class=\"" + state.name().toLowerCase(Locale.ROOT) + "\">");
        }
        for (Mark.Sign sign : Mark.Sign.values()) {
            assertThat(page).contains("<i class=\"sign " + sign.name().toLowerCase(Locale.ROOT) + "\">");
        }
    }

    @Test
    void saysWhatIsWorthSayingOfARunWithoutResults() throws Exception {
        Report report = SampleReport.report(List.of());

        assertThat(parsed(Page.of(report, Comparison.none()))
                        .getElementsByTagName("h1")
                        .item(0)
                        .getTextContent())
                .isEqualTo("No scenario was played");
    }

    @Test
    void tellsWhatHeldInItsHeading() throws Exception {
        assertThat(heading(SampleReport.report(List.of(SampleReport.held())))).isEqualTo("The scenario held");
        assertThat(heading(SampleReport.report(List.of(SampleReport.held(), SampleReport.restart()))))
                .isEqualTo("All 2 scenarios held");
        assertThat(heading(SampleReport.report(List.of(SampleReport.held(), SampleReport.broken()))))
                .isEqualTo("1 of 2 scenarios held");
    }

    private static String heading(Report report) throws Exception {
        return parsed(Page.of(report, Comparison.none()))
                .getElementsByTagName("h1")
                .item(0)
                .getTextContent();
    }

    private static Document parsed(String page) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }
}
