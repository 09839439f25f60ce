package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks at the page with a reader's eyes: those of Chromium. */
class PageInBrowserTest {

    @TempDir
    private static Path folder;

    private static Optional<Browser> running = Optional.empty();
    private static Path page;

    private Browser browser;

    @BeforeAll
    static void start() throws IOException {
        running = Optional.of(Browser.startOrSkip());
        Report report = SampleReport.report();
        page = Files.writeString(folder.resolve("index.html"), Page.of(report, SampleReport.comparison(report)));
    }

    @AfterAll
    static void close() {
        running.ifPresent(Browser::close);
    }

    @BeforeEach
    void open() {
        browser = running.orElseThrow();
        browser.look(1400, 900, "light", "");
        browser.open(page);
    }

    @Test
    void asksForNothingAndHasNothingToComplainAbout() {
        assertThat(browser.requested()).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void keepsHostileTextAsText() {
        assertThat(browser.number("document.scripts.length")).isZero();
        assertThat(browser.number("document.images.length")).isZero();
        assertThat(browser.text("document.getElementById('scenario-8').querySelector('.verdict p').textContent"))
                .startsWith("</script><img src=x onerror=alert(1)> \"&amp;' | `x` ␛[31mred␛[0m ␇ �evil�");
    }

    @ParameterizedTest
    @CsvSource({"390,light", "390,dark", "1400,light", "1400,dark"})
    void needsNoScrollingToTheSide(int width, String scheme) {
        browser.look(width, 900, scheme, "");

        assertThat(browser.number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
        assertThat(browser.texts("""
                [...document.querySelectorAll('article *, header *, table *')].filter(e => {
                  const box = e.getBoundingClientRect();
                  return box.width > 0 && !e.closest('.skip, thead, .bar li') && (box.right > innerWidth + 1 || box.left < -1);
                }).map(e => e.outerHTML.slice(0, 100))""")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void hasEnoughContrastForSmallText(String scheme) throws IOException {
        browser.look(1400, 900, scheme, "");

        assertThat(browser.texts(Browser.script("contrast.js"))).isEmpty();
    }

    @Test
    void canBeReadWithTheKeyboardAlone() {
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            browser.press("Tab", 9);
            order.add(browser.text(
                    "document.activeElement.tagName + ' ' + (document.activeElement.getAttribute('href') || "
                            + "document.activeElement.id || document.activeElement.textContent)"));
        }

        assertThat(order)
                .startsWith("A #scenarios", "INPUT hide-held", "A #scenario-1", "A #scenario-2")
                .contains("A #scenario-10", "SUMMARY How to read the timelines");
        assertThat(browser.text("getComputedStyle(document.activeElement).outlineStyle"))
                .isEqualTo("solid");
    }

    @Test
    void hidesWhatHeldOnRequestWithoutAnyScript() {
        assertThat(browser.number("[...document.querySelectorAll('article')].filter(a => a.offsetHeight > 0).length"))
                .isEqualTo(11);

        browser.evaluate("document.getElementById('hide-held').click()");

        assertThat(
                        browser.texts(
                                "[...document.querySelectorAll('article')].filter(a => a.offsetHeight > 0).map(a => a.className)"))
                .containsOnly("broken", "inconclusive")
                .hasSize(7);
    }

    @Test
    void namesItsPartsForScreenReaders() {
        assertThat(browser.texts("[...document.querySelectorAll('th')].filter(h => !h.scope).map(h => h.outerHTML)"))
                .isEmpty();
        assertThat(browser.texts("""
                [...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)""")).isEmpty();
        assertThat(browser.texts("[...document.querySelectorAll('article')].map(a => "
                        + "document.getElementById(a.getAttribute('aria-labelledby')).textContent)"))
                .contains("✓ HELD silent-partition resilient jedis-worker");
    }

    @Test
    void isPrintedOnWhiteWithItsPictures() {
        browser.look(1400, 900, "dark", "print");

        assertThat(browser.text("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(255, 255, 255)");
        assertThat(browser.text("getComputedStyle(document.querySelector('.bar li')).printColorAdjust"))
                .isEqualTo("exact");
        assertThat(browser.text("getComputedStyle(document.querySelector('.filter')).display"))
                .isEqualTo("none");
        assertThat(new String(browser.print(), StandardCharsets.ISO_8859_1)).startsWith("%PDF");
    }

    @Test
    void opensTheWholeCatalogInAMoment() throws IOException {
        Path large = Files.writeString(folder.resolve("large.html"), Page.of(SampleReport.large(), Comparison.none()));

        browser.open(large);

        assertThat(Files.size(large)).isLessThan(6_000_000);
        assertThat(browser.number("document.querySelectorAll('article').length"))
                .isEqualTo(62);
        assertThat(browser.number("performance.getEntriesByType('navigation')[0].loadEventEnd"))
                .isLessThan(20_000);
    }
}
