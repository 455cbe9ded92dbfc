package dev.latentstream.runtime.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.latentstream.runtime.FailureWords;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.Threads;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.settings.HttpSettings;
import dev.latentstream.runtime.settings.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves {@code /metrics} (Prometheus' text format) and {@code /health} (JSON; status 503 once a stage has failed), by GET and HEAD. A
 * request that is not complete after five seconds is dropped.
 */
public final class HttpEndpoint implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A request that a client has begun and not finished occupies a thread until its time is over. */
    static final int THREADS = 32;

    private static final String HEAD = "HEAD";
    private static final String TEXT = "text/plain; charset=utf-8";

    static {
        // The JDK's server has no other setting for these. It reads them once, before the first server of a process is
        // created.
        limit("sun.net.httpserver.maxReqTime", 5);
        limit("sun.net.httpserver.maxRspTime", 120);
    }

    private final HttpServer server;
    private final ExecutorService threads;

    private HttpEndpoint(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts to listen; the endpoint serves until it is closed.
     *
     * @throws SettingsException if the port is in use or the address is not one of this host
     */
    public static HttpEndpoint start(HttpSettings settings, Meters meters, List<? extends Stage> stages) {
        List<Stage> watched = List.copyOf(stages);
        HttpServer server = listen(settings);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, Threads.daemons("http"));
        server.setExecutor(threads);
        HttpEndpoint endpoint = new HttpEndpoint(server, threads);
        endpoint.handle(
                "/metrics",
                exchange -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", meters.scrape()));
        endpoint.handle("/health", exchange -> health(exchange, watched));
        server.start();
        return endpoint;
    }

    /** Serves a further path by GET and HEAD, without the paths below it. */
    public void handle(String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            try (exchange) {
                String method = exchange.getRequestMethod();
                if (!exchange.getRequestURI().getPath().equals(path)) {
                    answer(exchange, 404, TEXT, "not found\n");
                } else if (method.equals("GET") || method.equals(HEAD)) {
                    handler.handle(exchange);
                } else {
                    exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                    answer(exchange, 405, TEXT, "method not allowed\n");
                }
            }
        });
    }

    /** The port in use, also if the settings left the choice to the system. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Answers a request with a text, and HEAD with its headers only. */
    public static void answer(HttpExchange exchange, int status, String contentType, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", contentType);
        if (exchange.getRequestMethod().equals(HEAD)) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
            exchange.sendResponseHeaders(status, -1); // no body
        } else {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static void health(HttpExchange exchange, List<Stage> stages) throws IOException {
        boolean up = stages.stream().allMatch(stage -> stage.failure().isEmpty());
        answer(exchange, up ? 200 : 503, "application/json", json(up, stages));
    }

    private static String json(boolean up, List<Stage> stages) throws JsonProcessingException {
        Map<String, Map<String, String>> states = new LinkedHashMap<>();
        for (Stage stage : stages) {
            Optional<Throwable> failure = stage.failure();
            states.put(
                    stage.name(),
                    failure.map(error -> Map.of("status", "failed", "error", FailureWords.describe(error)))
                            .orElseGet(() -> Map.of("status", "up")));
        }
        return JSON.writeValueAsString(Map.of("status", up ? "up" : "failed", "stages", states));
    }

    private static void limit(String property, int seconds) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(seconds));
        }
    }

    private static HttpServer listen(HttpSettings settings) {
        try {
            return HttpServer.create(new InetSocketAddress(settings.host(), settings.port()), 0);
        } catch (BindException taken) {
            throw new SettingsException(
                    "http: cannot listen on port %d of %s (%s); set http.port or --http-port, 0 for a free one"
                            .formatted(settings.port(), settings.host(), taken.getMessage()),
                    taken);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
