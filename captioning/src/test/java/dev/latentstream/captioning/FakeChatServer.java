package dev.latentstream.captioning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A chat service on this machine that behaves as a test says; towards a blank image it behaves well unless told otherwise. */
final class FakeChatServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final String BLANK = DataUrl.blank();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostUnderWay = new AtomicInteger();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final Deque<Behaviour> script = new ArrayDeque<>();
    private volatile Behaviour always = (exchange, request) -> answer(exchange, good("a red ball"));
    private volatile Behaviour towardsBlank = always;

    /** What came in. */
    record Asked(String authorization, String path, JsonNode body) {
        String imageUrl() {
            return body.path("messages")
                    .path(0)
                    .path("content")
                    .path(0)
                    .path("image_url")
                    .path("url")
                    .textValue();
        }

        boolean isBlank() {
            return imageUrl().equals(BLANK);
        }

        /** The bytes of the image, where they are text. */
        String imageText() {
            return new String(
                    Base64.getDecoder().decode(imageUrl().substring(imageUrl().indexOf(',') + 1)),
                    StandardCharsets.UTF_8);
        }
    }

    /** How the service answers. */
    @FunctionalInterface
    interface Behaviour {
        void answer(HttpExchange exchange, Asked request) throws IOException, InterruptedException;
    }

    FakeChatServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI baseUrl() {
        return URI.create("http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort()));
    }

    /** Behaves like this towards all images but the blank one. */
    void always(Behaviour behaviour) {
        always = behaviour;
    }

    void towardsBlank(Behaviour behaviour) {
        towardsBlank = behaviour;
    }

    /** Behaves like this once, before it behaves as always. */
    void next(Behaviour behaviour) {
        synchronized (script) {
            script.add(behaviour);
        }
    }

    /** Requests for images, without the blank one. */
    List<Asked> asked() {
        return asked.stream().filter(request -> !request.isBlank()).toList();
    }

    int requests() {
        return asked.size();
    }

    int mostUnderWay() {
        return mostUnderWay.get();
    }

    Behaviour says(String text) {
        return (exchange, request) -> answer(exchange, good(text));
    }

    static Behaviour sends(int status, String body, String... headers) {
        return (exchange, request) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
        };
    }

    static Behaviour sends(byte[] body) {
        return (exchange, request) -> send(exchange, OK, body);
    }

    /** Says nothing until the test is over. */
    Behaviour hangs() {
        return (exchange, request) -> closing.await();
    }

    /** Sends spaces, which JSON allows anywhere, without end. */
    static Behaviour neverEnds() {
        return (exchange, request) -> {
            exchange.sendResponseHeaders(OK, 0);
            byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
            try (OutputStream body = exchange.getResponseBody()) {
                while (true) {
                    body.write(spaces); // until the client hangs up
                }
            }
        };
    }

    /** Promises more bytes than it sends. */
    static Behaviour breaksOff() {
        return (exchange, request) -> {
            exchange.sendResponseHeaders(OK, 1000);
            exchange.getResponseBody().write("{\"choices\": [".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            throw new IOException("broken off");
        };
    }

    static ObjectNode good(String text, double... logprobs) {
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode choice = answer.putArray("choices").addObject().put("finish_reason", "stop");
        choice.putObject("message").put("role", "assistant").put("content", text);
        if (logprobs.length > 0) {
            var tokens = choice.putObject("logprobs").putArray("content");
            for (double logprob : logprobs) {
                tokens.addObject().put("token", "x").put("logprob", logprob);
            }
        }
        answer.putObject("usage").put("total_tokens", 100);
        return answer;
    }

    static void answer(HttpExchange exchange, JsonNode answer) throws IOException {
        send(exchange, OK, JSON.writeValueAsBytes(answer));
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        try (exchange) {
            Asked request = new Asked(
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                    exchange.getRequestURI().getPath(),
                    JSON.readTree(exchange.getRequestBody()));
            asked.add(request);
            behaviour(request).answer(exchange, request);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            underWay.decrementAndGet();
        }
    }

    private Behaviour behaviour(Asked request) {
        if (request.isBlank()) {
            return towardsBlank;
        }
        synchronized (script) {
            return script.isEmpty() ? always : script.removeFirst();
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}
