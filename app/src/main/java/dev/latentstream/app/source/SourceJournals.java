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
 * The journals in which earlier versions noted what a source had sent, and which are read once: a folder for each {@code images-raw} topic,
 * since each contains other images, and in it a file for each source.
 */
public record SourceJournals(Path folder) {
    /** Returns the journals of a connection's topic, which must exist, by its topic id. */
    public static SourceJournals of(DataFolder data, KafkaConnection connection) throws InterruptedException {
        String topic = connection.topics().imagesRaw().name();
        try (Admin admin = connection.admin()) {
            Uuid id = admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                    .map(TopicDescription::topicId)
                    .findFirst()
                    .orElseThrow();
            return new SourceJournals(data.journals().resolve(id.toString()));
        } catch (ExecutionException failed) {
            throw new Failure("topic %s cannot be described: %s".formatted(topic, Failures.describe(failed)), failed);
        }
    }

    Path of(String source) {
        return folder.resolve(source + ".journal");
    }
}
