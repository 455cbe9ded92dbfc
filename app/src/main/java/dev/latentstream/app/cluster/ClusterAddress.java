package dev.latentstream.app.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.runtime.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the cluster that runs on a data folder, so that other commands need no addresses.
 *
 * @param bootstrapServers the broker
 * @param schemaRegistryUrl the schema registry
 * @param httpUrl metrics and health of the stages; null if only the cluster runs
 * @param process the process that started them
 */
public record ClusterAddress(
        String bootstrapServers,
        String schemaRegistryUrl,
        @Nullable String httpUrl,
        long process) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the addresses of the cluster that runs on a folder, if one does. */
    public static Optional<ClusterAddress> read(DataFolder data) throws IOException {
        try {
            ClusterAddress address = JSON.readValue(Files.readAllBytes(data.clusterFile()), ClusterAddress.class);
            return ProcessHandle.of(address.process())
                    .filter(ProcessHandle::isAlive)
                    .map(alive -> address);
        } catch (NoSuchFileException notRunning) {
            return Optional.empty();
        }
    }

    /** Writes the addresses to the folder, atomically. */
    public void write(DataFolder data) throws IOException {
        Path unused = AtomicFile.write(
                data.clusterFile(), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }

    /** Deletes the addresses of a cluster that stops. */
    public static void remove(DataFolder data) throws IOException {
        Files.deleteIfExists(data.clusterFile());
    }
}
