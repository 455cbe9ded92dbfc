package dev.latentstream.ingest.sources.topic;

import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the cluster about one topic. */
interface TopicLookup extends AutoCloseable {
    /**
     * Returns the topic as it is now; empty if there is none of the name.
     *
     * @throws RetriableException if the cluster does not answer
     * @throws IOException if the topic cannot be read
     */
    Optional<TopicState> state() throws IOException;

    @Override
    void close();

    static TopicLookup of(KafkaConnection connection, String topic) {
        return new OfCluster(connection.admin(), topic);
    }

    /** Owns the client. */
    record OfCluster(Admin admin, String topic) implements TopicLookup {
        @Override
        public Optional<TopicState> state() throws IOException {
            try {
                return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                        .map(found -> new TopicState(
                                found.topicId().toString(), found.partitions().size()))
                        .findFirst();
            } catch (InterruptedException interrupted) {
                throw new InterruptException(interrupted);
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                    return Optional.empty();
                }
                if (failed.getCause() instanceof RetriableException unanswered) {
                    throw unanswered;
                }
                throw new IOException(
                        "topic %s cannot be read: %s".formatted(topic, AdminAnswers.reason(failed)), failed);
            }
        }

        @Override
        public void close() {
            admin.close();
        }
    }
}
