package dev.latentstream.registry.testing;

import dev.latentstream.registry.Administration;
import dev.latentstream.registry.EmbeddedRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Kafka's own server and the embedded registry in this JVM, on free ports, in a folder that is deleted on close. */
public final class EmbeddedCluster implements Cluster {
    /** Linux's file system in memory: tests that create and flush the files of a hundred partitions spend a third less time in the kernel. */
    private static final Path IN_MEMORY = Path.of("/dev/shm");

    private static final long ROOM = 4L << 30;

    private final Path folder;
    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;

    private EmbeddedCluster(Path folder, EmbeddedBroker broker, EmbeddedRegistry registry) {
        this.folder = folder;
        this.broker = broker;
        this.registry = registry;
    }

    public static EmbeddedCluster start() {
        try {
            Path folder = createFolder();
            EmbeddedBroker broker = EmbeddedBroker.start(folder);
            EmbeddedRegistry registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0, Administration.ALLOWED);
            return new EmbeddedCluster(folder, broker, registry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public String schemaRegistryUrl() {
        return registry.url();
    }

    @Override
    public void close() {
        registry.close();
        broker.close();
        delete(folder);
    }

    private static Path createFolder() throws IOException {
        String prefix = "latentstream-broker";
        boolean inMemory =
                Files.isWritable(IN_MEMORY) && Files.getFileStore(IN_MEMORY).getUsableSpace() > ROOM;
        return inMemory ? Files.createTempDirectory(IN_MEMORY, prefix) : Files.createTempDirectory(prefix);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
