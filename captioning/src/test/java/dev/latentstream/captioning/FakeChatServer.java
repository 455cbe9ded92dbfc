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

/** A local chat service with scripted behaviour; it describes the reference image unless scripted otherwise. */
final class FakeChatServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final String REFERENCE = DataUrl.reference();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger maxInFlight = new AtomicInteger();
    private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();
    private final Deque<Behaviour> script = new ArrayDeque<>();
    private volatile Behaviour always = (exchange, request) -> answer(exchange, good("a red ball"));
    private volatile Behaviour forReference = always;

    /** A received request. */
    record ReceivedRequest(String authorization, String path, JsonNode body) {
        String imageUrl() {
            return body.path("messages")
                    .path(0)
                    .path("content")
                    .path(0)
                    .path("image_url")
                    .path("url")
                    .textValue();
        }

        boolean isReference() {
            return imageUrl().equals(REFERENCE);
        }

        /** Returns the bytes of the image as text. */
        String imageText() {
            return new String(
                    Base64.getDecoder().decode(imageUrl().substring(imageUrl().indexOf(',') + 1)),
                    StandardCharsets.UTF_8);
        }
    }

    /** The service's answer to a request. */
    @FunctionalInterface
    interface Behaviour {
        void answer(HttpExchange exchange, ReceivedRequest request) throws IOException, InterruptedException;
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

    /** Sets the behaviour for all images except the reference image. */
    void always(Behaviour behaviour) {
        always = behaviour;
    }

    void forReference(Behaviour behaviour) {
        forReference = behaviour;
    }

    /** Adds a behaviour for one request, before the default one. */
    void next(Behaviour behaviour) {
        synchronized (script) {
            script.add(behaviour);
        }
    }

    /** Returns the requests for images except the reference image. */
    List<ReceivedRequest> imageRequests() {
        return requests.stream().filter(request -> !request.isReference()).toList();
    }

    int requests() {
        return requests.size();
    }

    int maxInFlight() {
        return maxInFlight.get();
    }

    Behaviour answers(String text) {
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

    static Behaviour sends(byte[] body, String... headers) {
        return (exchange, request) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            send(exchange, OK, body);
        };
    }

    /** Does not answer until the test ends. */
    Behaviour hangs() {
        return (exchange, request) -> closing.await();
    }

    /** Sends spaces, which JSON allows anywhere, endlessly. */
    static Behaviour neverEnds() {
        return (exchange, request) -> {
            exchange.sendResponseHeaders(OK, 0);
            byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
            try (OutputStream body = exchange.getResponseBody()) {
                while (true) {
                    body.write(spaces); // until the client closes the connection
                }
            }
        };
    }

    /** Announces more bytes than it sends. */
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
        maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        try (exchange) {
            ReceivedRequest request = new ReceivedRequest(
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                    exchange.getRequestURI().getPath(),
                    JSON.readTree(exchange.getRequestBody()));
            requests.add(request);
            behaviour(request).answer(exchange, request);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            inFlight.decrementAndGet();
        }
    }

    private Behaviour behaviour(ReceivedRequest request) {
        if (request.isReference()) {
            return forReference;
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
