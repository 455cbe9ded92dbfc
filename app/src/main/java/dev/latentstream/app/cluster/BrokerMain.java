package dev.latentstream.app.cluster;

import dev.latentstream.app.cli.RootLocale;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * The main class of the broker's process: formats the storage once, then runs Kafka's own server. It exits at the end of its standard
 * input, which the parent process keeps open for as long as it lives.
 */
final class BrokerMain {
    /** A stop that takes longer is cut short: the next start recovers the logs, and nothing is lost. */
    private static final Duration MAX_STOP = Duration.ofSeconds(20);

    private BrokerMain() {}

    /**
     * Runs the broker until it is stopped.
     *
     * @param arguments the data folder, which already contains {@code server.properties}
     */
    public static void main(String[] arguments) throws Exception {
        RootLocale.use(); // Kafka formats the names of its log files
        DataFolder data = new DataFolder(Path.of(arguments[0]));
        endWithParent();
        DataLock lock = DataLock.acquire(data);
        try {
            format(data);
            kafka.Kafka.main(new String[] {data.serverProperties().toString()});
        } finally {
            lock.close();
        }
    }

    private static void endWithParent() {
        daemon("parent-watch", () -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException broken) {
                // Equivalent to its end: the parent is gone.
            }
            daemon("max-stop", BrokerMain::haltLater);
            System.exit(0);
        });
    }

    private static void haltLater() {
        try {
            Thread.sleep(MAX_STOP.toMillis());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Formats the storage; if the folder cannot be used, exits with a last line that names it. */
    private static void format(DataFolder data) {
        try {
            formatOnce(data);
        } catch (Exception unusable) { // declared by Kafka
            unusable.printStackTrace();
            System.err.printf("%s cannot be used for a broker's data: %s%n", data.kafka(), unusable.getMessage());
            System.exit(1);
        }
    }

    /** Formats the storage of a new folder. */
    static void formatOnce(DataFolder data) throws Exception {
        if (Files.exists(data.kafka().resolve("meta.properties"))) {
            return;
        }
        String logs = data.kafka().toString();
        new Formatter()
                .setNodeId(ServerProperties.NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .addDirectory(logs)
                .setMetadataLogDirectory(logs)
                .setControllerListenerName(ServerProperties.CONTROLLER_LISTENER)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .run();
    }
}
