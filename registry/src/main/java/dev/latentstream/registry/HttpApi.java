package dev.latentstream.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dispatches HTTP requests to routes and writes the responses; failures are responses in the protocol's format too. */
final class HttpApi implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Far above any schema; bounds the memory that a single request can allocate. */
    private static final int MAX_BODY = 4 << 20;

    private static final String GET = "GET";
    private static final String HEAD = "HEAD";

    private record Answer(int status, Object body) {}

    private final List<Route> routes;

    HttpApi(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            byte[] bytes = JSON.writeValueAsBytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
            if (exchange.getRequestMethod().equals(HEAD)) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
                exchange.sendResponseHeaders(answer.status(), -1); // no body
            } else {
                exchange.sendResponseHeaders(answer.status(), bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        try {
            return new Answer(200, route(exchange));
        } catch (RegistryError e) {
            return error(e.status(), e.code(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("method", exchange.getRequestMethod())
                    .addKeyValue("uri", exchange.getRequestURI())
                    .setCause(e)
                    .log("a request to the schema registry failed");
            return error(500, 50001, "Error in the backend datastore: " + reason(e));
        }
    }

    private Object route(HttpExchange exchange) throws IOException {
        String body = body(exchange);
        String method = exchange.getRequestMethod();
        RequestGuard.check(method, exchange.getRequestHeaders());
        URI uri = exchange.getRequestURI();
        List<String> segments = Route.segments(uri.getRawPath()).stream()
                .map(segment -> decode(segment.replace("+", "%2B")))
                .toList();
        Set<String> methods = new TreeSet<>();
        for (Route route : routes) {
            Optional<Map<String, String>> path = route.match(segments);
            if (path.isPresent()) {
                if (route.method().equals(method.equals(HEAD) ? GET : method)) {
                    return route.handler().apply(new Request(path.get(), query(uri.getRawQuery()), body));
                }
                methods.add(route.method());
            }
        }
        if (methods.isEmpty()) {
            throw RegistryError.noSuchPath();
        }
        exchange.getResponseHeaders().set("Allow", String.join(", ", methods));
        throw RegistryError.noSuchMethod(method);
    }

    private static String body(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (bytes.length > MAX_BODY) {
            throw RegistryError.tooLarge(MAX_BODY);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Map<String, String> query(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query != null) {
            Arrays.stream(query.split("&")).filter(part -> !part.isEmpty()).forEach(part -> {
                String[] nameAndValue = part.split("=", 2);
                String value = nameAndValue.length == 2 ? nameAndValue[1] : "";
                parameters.putIfAbsent(decode(nameAndValue[0]), decode(value));
            });
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw RegistryError.unreadable("\"%s\" is not URL-encoded".formatted(text));
        }
    }

    /** Returns the message of a failure, or of the nearest cause that has one. */
    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause();
        if (failure.getMessage() != null
                && (cause == null || !failure.getMessage().equals(cause.toString()))) {
            return failure.getMessage();
        }
        return cause == null ? "see the log of the registry" : reason(cause);
    }

    private static Answer error(int status, int code, @Nullable String message) {
        return new Answer(
                status, JSON.createObjectNode().put("error_code", code).put("message", message));
    }
}
