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
    /** A request that a client has begun and not finished occupies a thread until its time is over. */
    static final int THREADS = 32;

    private static final String REQUEST_SECONDS = "sun.net.httpserver.maxReqTime";
    private static final String RESPONSE_SECONDS = "sun.net.httpserver.maxRspTime";
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(5);

    private final HttpServer server;
    private final ExecutorService threads;
    private final Registry registry;

    static {
        // The JDK's server has no other setting for these. It reads them once, before the first server of a process is
        // created.
        limit(REQUEST_SECONDS, 5);
        limit(RESPONSE_SECONDS, 120); // includes the processing, which may wait for the cluster
    }

    private EmbeddedRegistry(HttpServer server, ExecutorService threads, Registry registry) {
        this.server = server;
        this.threads = threads;
        this.registry = registry;
    }

    /**
     * Reads the state from the cluster, then listens. Creates the topic if it is missing.
     *
     * @param port 0 for any free one
     * @param administration whether clients may delete schemas and change modes
     * @throws java.net.BindException if the port is in use
     */
    public static EmbeddedRegistry start(String bootstrapServers, int port, Administration administration)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        Registry registry = new Registry(new SchemaLog(bootstrapServers, SchemaLog.TOPIC), administration);
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

    private static void limit(String property, int seconds) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(seconds));
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "schema-registry");
        thread.setDaemon(true);
        return thread;
    }
}
