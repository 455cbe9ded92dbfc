package dev.latentstream.registry;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A running schema registry on the loopback interface.
 *
 * <p>Its state is stored in the Kafka cluster, so it can be restarted on any host.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    private static final int THREADS = 4;
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(5);

    private final HttpServer server;
    private final ExecutorService threads;
    private final Registry registry;

    private EmbeddedRegistry(HttpServer server, ExecutorService threads, Registry registry) {
        this.server = server;
        this.threads = threads;
        this.registry = registry;
    }

    /**
     * Reads the state from the cluster, then listens. Creates the topic if it is missing.
     *
     * @param port 0 for any free one
     * @throws java.net.BindException if the port is in use
     */
    public static EmbeddedRegistry start(String bootstrapServers, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        Registry registry = new Registry(new SchemaLog(bootstrapServers, SchemaLog.TOPIC));
        try {
            registry.open();
        } catch (RuntimeException e) {
            server.stop(0);
            throw e;
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, EmbeddedRegistry::thread);
        server.setExecutor(threads);
        server.createContext("/", new HttpApi(new Routes(registry).all()));
        server.start();
        return new EmbeddedRegistry(server, threads, registry);
    }

    /** The value for {@code schema.registry.url}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
        try {
            threads.awaitTermination(LAST_REQUESTS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        registry.close();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "schema-registry");
        thread.setDaemon(true);
        return thread;
    }
}
