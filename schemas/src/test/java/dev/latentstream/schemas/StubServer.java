package dev.latentstream.schemas;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Answers each request with the next prepared response, and records the requests. */
final class StubServer implements AutoCloseable {
    /** TLS with or without client authentication. */
    enum Clients {
        ANYONE,
        WITH_CERTIFICATE
    }

    record Prepared(int status, String body) {}

    record Request(String method, String uri, @Nullable String authorization, String body) {}

    private final HttpServer server;
    private final String scheme;
    private final Deque<Prepared> answers = new ArrayDeque<>();
    private final List<Request> requests = new ArrayList<>();

    StubServer() throws IOException {
        this(Optional.empty(), Clients.ANYONE);
    }

    StubServer(Optional<SSLContext> tls, Clients clients) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (tls.isPresent()) {
            HttpsServer https = HttpsServer.create(address, 0);
            https.setHttpsConfigurator(configurator(tls.get(), clients));
            server = https;
            scheme = "https";
        } else {
            server = HttpServer.create(address, 0);
            scheme = "http";
        }
        server.createContext("/", this::answer);
        server.start();
    }

    private static HttpsConfigurator configurator(SSLContext tls, Clients clients) {
        return new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ours = tls.getDefaultSSLParameters();
                ours.setNeedClientAuth(clients == Clients.WITH_CERTIFICATE);
                parameters.setSSLParameters(ours);
            }
        };
    }

    StubServer then(int status, String body) {
        answers.add(new Prepared(status, body));
        return this;
    }

    String url() {
        return url("");
    }

    /** @param user user info of the URL, for example {@code me:secret@} */
    String url(String user) {
        return "%s://%slocalhost:%d".formatted(scheme, user, server.getAddress().getPort());
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                exchange.getRequestHeaders().getFirst("Authorization"),
                body));
        Prepared answer = answers.isEmpty() ? new Prepared(500, "no answer prepared") : answers.remove();
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
