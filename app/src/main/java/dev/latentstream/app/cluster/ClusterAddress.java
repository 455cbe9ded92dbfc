package dev.latentstream.app.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the cluster of a data folder is found while it runs, so that other commands need no addresses.
 *
 * @param bootstrapServers the broker
 * @param schemaRegistryUrl the schema registry
 * @param httpUrl metrics and health of the stages; null where only the cluster runs
 * @param process the process that started them
 */
public record ClusterAddress(
        String bootstrapServers,
        String schemaRegistryUrl,
        @Nullable String httpUrl,
        long process) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The address that the folder's running cluster left, if it still runs. */
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

    /** Leaves the address in the folder, whole or not at all. */
    public void write(DataFolder data) throws IOException {
        Path file = data.clusterFile();
        Path whole = file.resolveSibling(file.getFileName() + ".new");
        Files.write(whole, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Forgets the address of a cluster that ends. */
    public static void remove(DataFolder data) throws IOException {
        Files.deleteIfExists(data.clusterFile());
    }
}
