package dev.latentstream.app.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latentstream.runtime.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on loopback of small JPEG files: one image, each time with another number in its comment, so that all files differ. */
final class BenchOrigin implements AutoCloseable {
    private static final int THREADS = 64;
    private static final String PATH = "/image/";
    private static final short COMMENT = (short) 0xfffe;
    private static final short COMMENT_BYTES = 6; // two of the length and four of the number

    private final byte[] jpeg;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, Threads.daemons("bench-origin"));

    private BenchOrigin(byte[] jpeg, HttpServer server) {
        this.jpeg = jpeg;
        this.server = server;
    }

    static BenchOrigin start(byte[] jpeg) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        BenchOrigin origin = new BenchOrigin(jpeg, server);
        server.setExecutor(origin.threads);
        server.createContext("/", origin::answer);
        server.start();
        return origin;
    }

    int port() {
        return server.getAddress().getPort();
    }

    int imageBytes() {
        return jpeg.length + 2 + COMMENT_BYTES;
    }

    /** Writes the list of the first URLs. */
    void writeList(Path file, int count) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("{\"url\": \"http://127.0.0.1:%d%s%d\"}%n".formatted(port(), PATH, i));
        }
        Files.writeString(file, lines);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith(PATH)) {
            byte[] body = numbered(Integer.parseInt(path.substring(PATH.length())));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } else {
            exchange.sendResponseHeaders(404, -1); // robots.txt
        }
        exchange.close();
    }

    /** Returns the file with a comment after its first marker. */
    private byte[] numbered(int number) {
        return ByteBuffer.allocate(imageBytes())
                .put(jpeg, 0, 2)
                .putShort(COMMENT)
                .putShort(COMMENT_BYTES)
                .putInt(number)
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
