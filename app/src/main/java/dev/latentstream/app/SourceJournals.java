package dev.latentstream.app;

import dev.latentstream.app.broker.DataFolder;
import dev.latentstream.runtime.KafkaConnection;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/**
 * Where sources note what was delivered: a folder for each cluster, for what one has another does not have; a file for each
 * source.
 */
record SourceJournals(Path folder) {
    /** Those of the cluster of a connection, by the id that it was formatted with. */
    static SourceJournals of(DataFolder data, KafkaConnection connection) throws InterruptedException {
        try (Admin admin = connection.admin()) {
            return new SourceJournals(
                    data.journals().resolve(admin.describeCluster().clusterId().get()));
        } catch (ExecutionException failed) {
            throw new Failure("the cluster does not tell its id: " + Failures.describe(failed), failed);
        }
    }

    Path of(String source) {
        return folder.resolve(source + ".journal");
    }
}
