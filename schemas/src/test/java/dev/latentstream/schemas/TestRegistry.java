package dev.latentstream.schemas;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A schema registry in memory for tests without a broker: registers, looks up and returns schemas without checking compatibility.
 * Serializers reach it like any registry, by {@code schema.registry.url}.
 */
public final class TestRegistry implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern REGISTER = Pattern.compile("/subjects/([^/]+)/versions");
    private static final Pattern LOOK_UP = Pattern.compile("/subjects/([^/]+)");
    private static final Pattern BY_ID = Pattern.compile("/schemas/ids/([0-9]+)");

    private final HttpServer server;
    private final List<String> requests = new ArrayList<>();
    private final List<String> schemas = new ArrayList<>();
    private final Map<String, Set<String>> subjects = new HashMap<>();

    private TestRegistry(HttpServer server) {
        this.server = server;
    }

    public static TestRegistry start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            TestRegistry registry = new TestRegistry(server);
            server.createContext("/", registry::answer);
            server.start();
            return registry;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For {@code schema.registry.url}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Method and path of every request so far. */
    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** Registers a schema as another program would, and returns its id. */
    public synchronized int add(String subject, String schema) {
        subjects.computeIfAbsent(subject, s -> new LinkedHashSet<>()).add(schema);
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        return schemas.indexOf(schema) + 1;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Matcher register = REGISTER.matcher(path);
        Matcher lookUp = LOOK_UP.matcher(path);
        Matcher byId = BY_ID.matcher(path);
        if (register.matches()) {
            int id = add(register.group(1), JSON.readTree(body).get("schema").asText());
            send(exchange, 200, JSON.createObjectNode().put("id", id));
        } else if (lookUp.matches()) {
            lookUp(exchange, lookUp.group(1), JSON.readTree(body).get("schema").asText());
        } else if (byId.matches()) {
            byId(exchange, Integer.parseInt(byId.group(1)));
        } else {
            send(exchange, 404, error(404, "HTTP 404 Not Found"));
        }
    }

    private void lookUp(HttpExchange exchange, String subject, String schema) throws IOException {
        if (!subjects.containsKey(subject)) {
            send(exchange, 404, error(40401, "Subject '" + subject + "' not found."));
        } else if (!subjects.get(subject).contains(schema)) {
            send(exchange, 404, error(40403, "Schema not found"));
        } else {
            send(exchange, 200, JSON.createObjectNode().put("id", schemas.indexOf(schema) + 1));
        }
    }

    private void byId(HttpExchange exchange, int id) throws IOException {
        if (id < 1 || id > schemas.size()) {
            send(exchange, 404, error(40403, "Schema " + id + " not found"));
        } else {
            send(exchange, 200, JSON.createObjectNode().put("schema", schemas.get(id - 1)));
        }
    }

    private static ObjectNode error(int code, String message) {
        return JSON.createObjectNode().put("error_code", code).put("message", message);
    }

    private static void send(HttpExchange exchange, int status, ObjectNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
