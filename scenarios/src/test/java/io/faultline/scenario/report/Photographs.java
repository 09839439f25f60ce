package io.faultline.scenario.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes pictures of the sample report, for people to look at before they change the page. */
final class Photographs {

    private Photographs() {}

    /** @param arguments the folder */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        SampleReport.main(arguments);
        try (Browser browser = Browser.start(Browser.installed().orElseThrow())) {
            for (String scheme : new String[] {"light", "dark"}) {
                for (int width : new int[] {390, 1280}) {
                    browser.look(width, 1200, scheme, "");
                    browser.open(folder.resolve("index.html"));
                    for (int i = 0; i <= 11; i++) {
                        browser.evaluate(
                                i == 0
                                        ? "scrollTo(0, 0)"
                                        : "document.getElementById('scenario-" + i + "').scrollIntoView()");
                        Files.write(folder.resolve(scheme + "-" + width + "-" + i + ".png"), browser.screenshot());
                    }
                }
            }
            browser.look(1200, 1200, "light", "");
            Files.write(folder.resolve("print.pdf"), browser.print());
        }
    }
}
