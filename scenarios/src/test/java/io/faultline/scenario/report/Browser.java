package io.faultline.scenario.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Chromium without a window, driven by its own DevTools protocol: a page can be looked at in every way a reader has. Only
 * what these tests need of it; a library for it would bring a browser, or twenty jars.
 */
final class Browser implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final WebSocket socket;
    private final Path profile;
    private final AtomicInteger requests = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
    private final List<JsonObject> events = new CopyOnWriteArrayList<>();
    private String session = "";

    private Browser(Process process, Path profile, String address) {
        this.process = process;
        this.profile = profile;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address), new Hearing())
                .join();
    }

    /** Where one is installed. */
    static Optional<Path> installed() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Skips the test where there is none, but not in CI. */
    static Browser startOrSkip() throws IOException {
        Optional<Path> program = installed();
        boolean isStrict = !List.of("", "false").contains(System.getenv().getOrDefault("CI", ""));
        assumeTrue(isStrict || program.isPresent(), "There is no Chromium; 'dev/lab browser' installs it on Debian.");
        assertThat(program)
                .as("Chromium, from 'dev/lab browser'; CI is set, so no test is skipped")
                .isPresent();
        return start(program.get());
    }

    static Browser start(Path program) throws IOException {
        Path profile = Files.createTempDirectory("faultline-browser");
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(profile.resolve("said").toFile());
        builder.environment().put("TMPDIR", profile.toString()); // or it leaves files behind in /tmp
        Process process = builder.start();
        Browser browser = new Browser(process, profile, address(process, profile));
        JsonObject page = browser.ask("Target.createTarget", "url", "about:blank");
        JsonObject attach = new JsonObject();
        attach.addProperty("targetId", page.get("targetId").getAsString());
        attach.addProperty("flatten", true);
        browser.session =
                browser.ask("Target.attachToTarget", attach).get("sessionId").getAsString();
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            browser.ask(domain + ".enable");
        }
        return browser;
    }

    private static String address(Process process, Path profile) throws IOException {
        Path said = profile.resolve("said");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            Optional<String> line = Files.readString(said)
                    .lines()
                    .filter(text -> text.startsWith("DevTools listening on "))
                    .findFirst();
            if (line.isPresent()) {
                return line.get().substring("DevTools listening on ".length()).strip();
            }
            Thread.onSpinWait();
        }
        process.destroyForcibly();
        throw new IOException("The browser did not start: " + Files.readString(said));
    }

    private final class Hearing implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                heard(JsonParser.parseString(message.toString()).getAsJsonObject());
                message.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    private void heard(JsonObject message) {
        if (message.has("id")) {
            waiting.remove(message.get("id").getAsInt()).complete(message);
        } else {
            events.add(message);
        }
    }

    JsonObject ask(String method, String... parameters) {
        JsonObject json = new JsonObject();
        for (int i = 0; i < parameters.length; i += 2) {
            json.addProperty(parameters[i], parameters[i + 1]);
        }
        return ask(method, json);
    }

    JsonObject ask(String method, JsonObject parameters) {
        int id = requests.incrementAndGet();
        JsonObject json = new JsonObject();
        json.addProperty("id", id);
        json.addProperty("method", method);
        json.add("params", parameters);
        if (!session.isEmpty()) {
            json.addProperty("sessionId", session);
        }
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        socket.sendText(json.toString(), true);
        JsonObject said = answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        if (said.has("error")) {
            throw new IllegalStateException(method + ": " + said.get("error"));
        }
        return said.getAsJsonObject("result");
    }

    /** Opens a page and returns when it is drawn. */
    void open(Path page) {
        events.clear();
        ask("Page.navigate", "url", page.toUri().toString());
        evaluate(
                "new Promise(done => document.readyState === 'complete' ? done(1) : addEventListener('load', () => done(1)))");
    }

    /** How the next pages, and this one, are looked at. */
    void look(int width, int height, String scheme, String media) {
        ask(
                "Emulation.setDeviceMetricsOverride",
                JsonParser.parseString("{\"width\":" + width + ",\"height\":" + height
                                + ",\"deviceScaleFactor\":1,\"mobile\":false}")
                        .getAsJsonObject());
        ask(
                "Emulation.setEmulatedMedia",
                JsonParser.parseString("{\"media\":\"" + media
                                + "\",\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + scheme + "\"}]}")
                        .getAsJsonObject());
    }

    /** The value of an expression, once it is no promise any more. */
    JsonElement evaluate(String script) {
        JsonObject parameters = new JsonObject();
        parameters.addProperty("expression", script);
        parameters.addProperty("awaitPromise", true);
        parameters.addProperty("returnByValue", true);
        JsonObject said = ask("Runtime.evaluate", parameters);
        if (said.has("exceptionDetails")) {
            throw new IllegalStateException(said.get("exceptionDetails").toString());
        }
        JsonObject result = said.getAsJsonObject("result");
        return result.has("value") ? result.get("value") : new JsonObject();
    }

    int number(String script) {
        return evaluate(script).getAsInt();
    }

    String text(String script) {
        return evaluate(script).getAsString();
    }

    List<String> texts(String script) {
        return StreamSupport.stream(evaluate(script).getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }

    /** A script that is too long for a string in a test. */
    static String script(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Browser.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    void press(String key, int code) {
        for (String type : List.of("rawKeyDown", "keyUp")) {
            JsonObject parameters = new JsonObject();
            parameters.addProperty("type", type);
            parameters.addProperty("key", key);
            parameters.addProperty("code", key);
            parameters.addProperty("windowsVirtualKeyCode", code);
            ask("Input.dispatchKeyEvent", parameters);
        }
    }

    /** The page as it is printed on A4. */
    byte[] print() {
        JsonObject parameters = new JsonObject();
        parameters.addProperty("printBackground", true);
        parameters.addProperty("paperWidth", 8.27);
        parameters.addProperty("paperHeight", 11.69);
        return Base64.getDecoder()
                .decode(ask("Page.printToPDF", parameters).get("data").getAsString());
    }

    byte[] screenshot() {
        return Base64.getDecoder()
                .decode(ask("Page.captureScreenshot").get("data").getAsString());
    }

    /** Addresses that were asked for since the page was opened, without the page itself. */
    List<String> requested() {
        List<String> addresses = new ArrayList<>();
        for (JsonObject event : events) {
            if (event.get("method").getAsString().equals("Network.requestWillBeSent")) {
                JsonObject parameters = event.getAsJsonObject("params");
                if (!parameters.get("type").getAsString().equals("Document")) {
                    addresses.add(
                            parameters.getAsJsonObject("request").get("url").getAsString());
                }
            }
        }
        return addresses;
    }

    /** What the browser had to complain about since the page was opened. */
    List<String> complaints() {
        return events.stream()
                .filter(event -> List.of("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
                        .contains(event.get("method").getAsString()))
                .map(JsonObject::toString)
                .toList();
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            try (Stream<Path> files = Files.walk(profile)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
