package dev.latentstream.ingest.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of images on a loopback address that misbehaves as a test wants it, and notes every request. */
public final class TestOrigin implements AutoCloseable {
    /** Time before an answer, so that requests at once overlap. */
    private static final long THINKS_MILLIS = 2;

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else the second packet of an answer waits for 40 ms
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> active = new ConcurrentHashMap<>();
    private final List<Hit> hits = new CopyOnWriteArrayList<>();
    private volatile Handler otherwise = exchange -> send(exchange, 404, new byte[0]);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Answers a request. */
    public interface Handler {
        void answer(HttpExchange exchange) throws IOException, InterruptedException;
    }

    /**
     * A request.
     *
     * @param atOnce requests to its host that were answered when it came, with it
     */
    public record Hit(String host, String path, long nanos, int atOnce) {}

    private TestOrigin(HttpServer server) {
        this.server = server;
    }

    public static TestOrigin start() throws IOException {
        return start("127.0.0.1", 0);
    }

    static TestOrigin start(String address, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), port), 0);
        TestOrigin origin = new TestOrigin(server);
        server.setExecutor(origin.threads);
        server.createContext("/", origin::handle);
        server.start();
        return origin;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Returns a URL of a host that a test's resolver leads here. */
    public String url(String host, String path) {
        return "http://%s:%d%s".formatted(host, port(), path);
    }

    /** Sets the answer to a path of any host. */
    public TestOrigin on(String path, Handler handler) {
        handlers.put(path, handler);
        return this;
    }

    public TestOrigin on(String path, int status, String body) {
        return on(path, exchange -> send(exchange, status, body.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sets the answer to all other paths. */
    public TestOrigin otherwise(Handler handler) {
        otherwise = handler;
        return this;
    }

    public List<Hit> hits() {
        return List.copyOf(hits);
    }

    public List<String> paths() {
        return hits.stream().map(Hit::path).toList();
    }

    /** Waits until the origin is closed. */
    public void hang() throws InterruptedException {
        closed.await();
    }

    public static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
        exchange.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String host = exchange.getRequestHeaders().getFirst("Host").replaceFirst(":.*", "");
        String path = exchange.getRequestURI().getPath();
        AtomicInteger now = active.computeIfAbsent(host, added -> new AtomicInteger());
        hits.add(new Hit(host, path, System.nanoTime(), now.incrementAndGet()));
        try {
            closed.await(THINKS_MILLIS, TimeUnit.MILLISECONDS);
            now.decrementAndGet(); // before the answer: the next request may come as soon as its last byte has
            handlers.getOrDefault(path, otherwise).answer(exchange);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
