package dev.latentstream.app.source;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.Failures;
import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.runtime.kafka.KafkaConnection;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;

/**
 * Where sources note what was delivered: a folder for each {@code images-raw} that there is, for what one holds another does not;
 * a file for each source.
 */
public record SourceJournals(Path folder) {
    /** Those of the topic of a connection, which exists, by the id that it got when it was made. */
    public static SourceJournals of(DataFolder data, KafkaConnection connection) throws InterruptedException {
        String topic = connection.topics().imagesRaw().name();
        try (Admin admin = connection.admin()) {
            Uuid id = admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                    .map(TopicDescription::topicId)
                    .findFirst()
                    .orElseThrow();
            return new SourceJournals(data.journals().resolve(id.toString()));
        } catch (ExecutionException failed) {
            throw new Failure("topic %s is not described: %s".formatted(topic, Failures.describe(failed)), failed);
        }
    }

    Path of(String source) {
        return folder.resolve(source + ".journal");
    }
}
