package dev.latentstream.interop;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Apicurio Registry in a separate process, with its data in an H2 file. */
final class ApicurioServer implements AutoCloseable {
    private static final int LEAST_JAVA = 21;
    private static final Duration START = Duration.ofMinutes(3);

    private final Process process;
    private final String url;

    private ApicurioServer(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Returns whether there is a Java that it runs on. */
    static boolean canRun() throws IOException {
        return NewerJava.find(LEAST_JAVA).isPresent();
    }

    /**
     * Starts the server and waits until it responds.
     *
     * @param home the unpacked distribution
     * @param data an empty folder
     */
    static ApicurioServer start(Path home, Path data) throws IOException {
        Path java = NewerJava.find(LEAST_JAVA).orElseThrow();
        int port = freePort();
        ProcessBuilder command = new ProcessBuilder(
                java.toString(), "-Xmx512m", "-jar", jar(home).toString());
        command.environment()
                .putAll(Map.of(
                        "QUARKUS_HTTP_HOST",
                        "127.0.0.1",
                        "QUARKUS_HTTP_PORT",
                        Integer.toString(port),
                        "QUARKUS_MANAGEMENT_HOST",
                        "127.0.0.1",
                        "QUARKUS_MANAGEMENT_PORT",
                        Integer.toString(freePort()),
                        "APICURIO_STORAGE_KIND",
                        "sql",
                        "APICURIO_DATASOURCE_URL",
                        "jdbc:h2:file:" + data.resolve("registry")));
        command.redirectErrorStream(true)
                .redirectOutput(home.resolveSibling("apicurio.log").toFile());
        ApicurioServer server =
                new ApicurioServer(command.start(), "http://127.0.0.1:%d/apis/ccompat/v7".formatted(port));
        await().atMost(START).until(server::answers);
        return server;
    }

    String url() {
        return url;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean answers() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("Apicurio ended with %d; see apicurio.log".formatted(process.exitValue()));
        }
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/subjects")).build();
        try {
            return HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (ConnectException notYet) {
            return false;
        }
    }

    private static Path jar(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(file -> file.endsWith("quarkus-run.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no quarkus-run.jar in " + home));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
