package io.faultline.world;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.faultline.agent.AgentChannel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An agent without a kernel, in memory: answers on the thread that asks, keeps what it was asked, and can be told to
 * refuse, to keep silent, to speak unasked and to die.
 */
public final class FakeAgent implements AgentChannel {

    private static final String END = "";

    /** The verbs that are answered for each effect, and the name that their answers are under. */
    private static final Map<String, String> EACH = Map.of("read", "read", "heal", "healed");

    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Function<JsonObject, JsonObject>> answers = new ConcurrentHashMap<>();
    private volatile String lastWords = "";
    private volatile boolean closed;

    public FakeAgent() {
        on("ping", request -> ok(request, "now_ns", System.nanoTime()));
        on("open", request -> opened(request, System.nanoTime()));
        on("bye", FakeAgent::ok);
        on("lift", request -> ok(request, "at_ns", System.nanoTime()));
        on("restore", request -> ok(request, "at_ns", System.nanoTime()));
        on("sockets", FakeAgent::sockets);
        on("retune", request -> ok(request, "at_ns", System.nanoTime()));
        count(0);
        say("{\"faultline\":5,\"kernel\":\"6.1.0-fake\",\"lease_ms\":15000}");
    }

    /**
     * Answers a verb otherwise from now on; null is no answer. What is asked of several effects at once is answered for
     * each, and one refusal refuses all.
     */
    public void on(String verb, Function<JsonObject, JsonObject> answer) {
        answers.put(verb, answer);
    }

    /** Every change says this many packets from now on. */
    public void count(long packets) {
        on("read", request -> counted(request, packets));
        on("heal", request -> counted(request, packets));
    }

    /** Sends a line unasked. */
    public void say(String line) {
        said.add(line + "\n");
    }

    /** Forgets all that it would have said, its greeting included. */
    public FakeAgent mute() {
        said.clear();
        return this;
    }

    /** Tells that it took a change back by itself. */
    public void end(String effect, String why, long packets) {
        JsonObject event = counted(new JsonObject(), packets);
        event.addProperty("event", "ended");
        event.addProperty("effect", effect);
        event.addProperty("why", why);
        say(event.toString());
    }

    /** Ends the stream as a killed agent does. */
    public void die(String words) {
        lastWords = words;
        said.add(END);
    }

    /** The requests of one verb, in their order. */
    public List<JsonObject> requests(String verb) {
        return asked.stream()
                .filter(request -> request.get("verb").getAsString().equals(verb))
                .toList();
    }

    /** What it was asked: {@code open 1 2}, {@code heal 2 1}, with the last parts of the effects' tags; no pings. */
    public List<String> asked() {
        return asked.stream()
                .filter(request -> !verb(request).equals("ping"))
                .map(request -> Stream.concat(
                                Stream.of(verb(request)), tags(request).stream().map(tag -> tag.replaceAll(".*-", "")))
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    /** Each effect is in force since its time, or all since the one that is given. */
    public static JsonObject opened(JsonObject request, long... nanos) {
        JsonObject answer = ok(request);
        JsonArray inForce = new JsonArray();
        for (int i = 0; i < tags(request).size(); i++) {
            inForce.add(nanos[Math.min(i, nanos.length - 1)]);
        }
        answer.add("in_force_ns", inForce);
        return answer;
    }

    private static List<String> tags(JsonObject request) {
        if (!request.has("effects")) {
            return request.has("effect") ? List.of(request.get("effect").getAsString()) : List.of();
        }
        return request.getAsJsonArray("effects").asList().stream()
                .map(each -> each.isJsonObject() ? each.getAsJsonObject().get("effect") : each)
                .map(JsonElement::getAsString)
                .toList();
    }

    public boolean isClosed() {
        return closed;
    }

    public static JsonObject ok(JsonObject request) {
        JsonObject answer = new JsonObject();
        answer.add("id", request.get("id"));
        answer.addProperty("ok", true);
        return answer;
    }

    public static JsonObject ok(JsonObject request, String field, Number value) {
        JsonObject answer = ok(request);
        answer.addProperty(field, value);
        return answer;
    }

    public static JsonObject refusal(JsonObject request, String error) {
        JsonObject answer = ok(request);
        answer.addProperty("ok", false);
        answer.addProperty("error", error);
        return answer;
    }

    /** An answer to heal, for one effect that could not be taken back. */
    public static JsonObject stuck(JsonObject request, String problem) {
        JsonObject answer = counted(request, 1);
        answer.addProperty("problem", problem);
        return answer;
    }

    /** An answer to read or heal, for one effect, with this number of packets. */
    public static JsonObject counted(JsonObject request, long packets) {
        JsonObject answer = ok(request, "at_ns", System.nanoTime());
        answer.add("effect", request.get("effect"));
        JsonObject action = new JsonObject();
        action.addProperty("number", packets);
        action.addProperty("of", packets);
        action.addProperty("needed", true);
        answer.add("action", action);
        answer.addProperty("target_alive", true);
        answer.addProperty("wiped", false);
        return answer;
    }

    /** An answer to sockets, each written in JSON. */
    public static JsonObject sockets(JsonObject request, String... each) {
        JsonObject answer = ok(request, "now_ns", System.nanoTime());
        answer.add("sockets", JsonParser.parseString(Stream.of(each).collect(Collectors.joining(",", "[", "]"))));
        answer.add("udp", new JsonArray());
        return answer;
    }

    /** An answer to find or sweep. */
    public static JsonObject nothingFound(JsonObject request) {
        JsonObject answer = ok(request);
        answer.add("found", new JsonArray());
        return answer;
    }

    private static String verb(JsonObject request) {
        return request.get("verb").getAsString();
    }

    private void receive(String line) {
        JsonObject request = JsonParser.parseString(line).getAsJsonObject();
        asked.add(request);
        JsonObject answer = answer(request);
        if (answer != null) {
            say(answer.toString());
        }
    }

    private JsonObject answer(JsonObject request) {
        Function<JsonObject, JsonObject> handler =
                answers.getOrDefault(verb(request), other -> refusal(other, "no verb '" + verb(other) + "'"));
        if (!EACH.containsKey(verb(request))) {
            return handler.apply(request);
        }
        JsonArray each = new JsonArray();
        for (String tag : tags(request)) {
            JsonObject one = request.deepCopy();
            one.addProperty("effect", tag);
            JsonObject answer = handler.apply(one);
            if (answer == null || !answer.get("ok").getAsBoolean()) {
                return answer;
            }
            each.add(answer);
        }
        JsonObject all = ok(request);
        all.add(EACH.get(verb(request)), each);
        return all;
    }

    @Override
    public InputStream fromAgent() {
        return new InputStream() {
            private InputStream line = InputStream.nullInputStream();
            private boolean ended;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0];
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = line.read(buffer, offset, length);
                while (count < 0 && !ended) {
                    String next = take();
                    ended = next.equals(END);
                    line = new ByteArrayInputStream(next.getBytes(StandardCharsets.UTF_8));
                    count = line.read(buffer, offset, length);
                }
                return count;
            }
        };
    }

    private String take() {
        try {
            return said.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public OutputStream toAgent() {
        return new ByteArrayOutputStream() {
            @Override
            public synchronized void flush() throws IOException {
                if (closed) {
                    throw new IOException("the stream is closed");
                }
                String received = toString(StandardCharsets.UTF_8);
                reset();
                received.lines().forEach(FakeAgent.this::receive);
            }
        };
    }

    @Override
    public String lastWords() {
        return lastWords;
    }

    @Override
    public void close() {
        closed = true;
        said.add(END);
    }
}
