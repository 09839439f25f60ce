package io.faultline.scenario.probe;

import io.faultline.http.HttpAnswer;
import io.faultline.http.SingleAttemptClient;
import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * Whether a request over HTTP is answered as it should be: one request over a connection of its own, never repeated, no
 * redirect followed. The look's time bounds all of it, the answer's body too.
 *
 * @param role who is asked
 * @param port in the container
 * @param path with its query: {@code /work?ms=100}
 * @param statuses each of which is right
 * @param body text that the answer's body has to contain
 * @param headers of the request
 */
public record HttpProbe(
        String role,
        int port,
        String path,
        String method,
        List<Integer> statuses,
        Optional<String> body,
        Map<String, String> headers)
        implements Exchange {

    private static final int OK = 200;

    /** @throws IllegalArgumentException if one of them cannot be; its message tells what it has to be */
    public HttpProbe {
        Text.required(role, "a role");
        Text.port(port);
        require(path.matches("/[!-~]*"), "path", path, "one that begins with / and has no spaces");
        require(method.matches("[A-Z]+"), "method", method, "one in capitals, as GET");
        require(
                !statuses.isEmpty() && statuses.stream().allMatch(status -> status >= OK && status <= 599),
                "status",
                statuses.toString(),
                "one from 200 to 599, or several");
        headers.forEach((name, value) -> require(
                name.matches("[A-Za-z0-9-]+") && value.chars().noneMatch(Character::isISOControl),
                "header",
                name + ": " + value,
                "a name, a colon and a value on one line"));
        statuses = List.copyOf(statuses);
        headers = Map.copyOf(headers);
    }

    /** A GET that is to be answered by 200. */
    public static HttpProbe get(String role, int port, String path) {
        return new HttpProbe(role, port, path, "GET", List.of(OK), Optional.empty(), Map.of());
    }

    private static void require(boolean isRight, String field, String value, String cure) {
        if (!isRight) {
            throw new IllegalArgumentException(
                    "An http probe cannot have the " + field + " \"" + value + "\". Give it " + cure + ".");
        }
    }

    @Override
    public Observation look(RunningSystem system, Duration within) throws InterruptedException {
        return ask(system, within).seen();
    }

    @Override
    public HttpProbe numbered(String number) {
        Map<String, String> numbered = new HashMap<>();
        headers.forEach((name, value) -> numbered.put(name, value.replace(NUMBER, number)));
        return new HttpProbe(role, port, path.replace(NUMBER, number), method, statuses, body, numbered);
    }

    @Override
    public Reply ask(RunningSystem system, Duration within) throws InterruptedException {
        AtomicReference<Optional<HttpAnswer>> answered = new AtomicReference<>(Optional.empty());
        Observation seen = ProbeExecution.within(within, look -> {
            InetSocketAddress address = system.address(role, port);
            SingleAttemptClient client = look.closing(SingleAttemptClient.of(uri(address), look.left()));
            HttpAnswer answer = client.send(method, path, sent());
            answered.set(Optional.of(answer));
            return judged(answer);
        });
        Optional<HttpAnswer> answer = answered.get();
        return new Reply(
                seen,
                answer.map(known -> OptionalInt.of(known.status())).orElse(OptionalInt.empty()),
                answer.map(HttpAnswer::body).orElse(""));
    }

    private static URI uri(InetSocketAddress address) {
        String host = address.getHostString();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort());
    }

    /** A connection is for one look. */
    private Map<String, String> sent() {
        Map<String, String> sent = new HashMap<>(headers);
        sent.keySet().removeIf("Connection"::equalsIgnoreCase);
        sent.put("Connection", "close");
        return sent;
    }

    private ProbeResult judged(HttpAnswer answer) {
        String status = Integer.toString(answer.status());
        if (!statuses.contains(answer.status())) {
            String expected = statuses.stream().map(String::valueOf).collect(Collectors.joining(" or "));
            String said = Text.excerpt(answer.body());
            return new ProbeResult(false, status, said.isEmpty() ? "expected " + expected : said);
        }
        if (body.filter(text -> !answer.body().contains(text)).isPresent()) {
            return new ProbeResult(
                    false,
                    status,
                    "\"" + body.get() + "\" is not in what it said, \"" + Text.excerpt(answer.body()) + "\"");
        }
        return ProbeResult.ok(status);
    }
}
