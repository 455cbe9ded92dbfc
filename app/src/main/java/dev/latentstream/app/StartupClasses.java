package dev.latentstream.app;

import dev.latentstream.app.cluster.ClusterAddress;
import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.app.cluster.InProcessBroker;
import dev.latentstream.app.cluster.LocalClusterOptions;
import dev.latentstream.registry.Administration;
import dev.latentstream.registry.EmbeddedRegistry;
import dev.latentstream.runtime.Folders;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs a broker and the short commands on a temporary cluster, so that their classes are loaded. The launcher starts it in a JVM that
 * archives its classes when it exits; later JVMs, also those of brokers, map the archive.
 */
final class StartupClasses {
    private StartupClasses() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("latentstream-startup");
        DataFolder shared = new DataFolder(folder);
        try (InProcessBroker broker = InProcessBroker.start(shared, LocalClusterOptions.free());
                EmbeddedRegistry registry =
                        EmbeddedRegistry.start(broker.bootstrapServers(), 0, Administration.REFUSED)) {
            new ClusterAddress(
                            broker.bootstrapServers(),
                            registry.url(),
                            null,
                            ProcessHandle.current().pid())
                    .write(shared);
            KafkaSettings settings = new KafkaSettings().at(broker.bootstrapServers(), registry.url());
            KafkaConnection connection = new KafkaConnection(settings);
            new TopicSetup(connection).ensure(connection.topics().fixed());
            String data = folder.toString();
            run("--help");
            run("control", "set", "mixture", "--alt-text", "0.5", "--data", data);
            run("control", "show", "--data", data);
            run("control", "show", "--json", "--data", data);
            run("status", "--interval", "0", "--data", data);
            run("status", "--json", "--interval", "0", "--data", data);
            run("inspect", connection.topics().control().name(), "--data", data);
            run("inspect", connection.topics().control().name(), "--json", "--data", data);
        } finally {
            Folders.delete(folder);
        }
    }

    private static void run(String... arguments) {
        PrintWriter unread = new PrintWriter(Writer.nullWriter());
        int code = Main.run(unread, unread, arguments);
        if (code != 0) {
            throw new IllegalStateException("%s exited with code %d".formatted(List.of(arguments), code));
        }
    }
}
