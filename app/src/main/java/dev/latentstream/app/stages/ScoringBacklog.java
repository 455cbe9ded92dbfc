package dev.latentstream.app.stages;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.ingest.ScoringStage;
import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicEnd;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The images between the two steps of ingest, which nobody reads where the settings name no models. */
final class ScoringBacklog {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private ScoringBacklog() {}

    /** @throws Failure if images wait to be scored or, once scored, to be admitted */
    static void requireNone(KafkaConnection connection) {
        String unscored = connection.topics().imagesUnscored().name();
        String scored = connection.topics().imagesScored().name();
        try (Admin admin = connection.admin()) {
            Set<String> names = admin.listTopics().names().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (names.contains(unscored)) {
                requireNone(connection, admin, unscored, ScoringStage.NAME);
            }
            if (names.contains(scored)) {
                requireNone(connection, admin, scored, IngestStage.NAME);
            }
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        } catch (ExecutionException failed) {
            throw unknown(AdminAnswers.reason(failed), failed);
        } catch (TimeoutException silent) {
            throw unknown("no answer within %d s".formatted(PATIENCE.toSeconds()), silent);
        }
    }

    private static ClusterException unknown(String reason, Exception failed) {
        return new ClusterException("whether images wait to be scored is unknown: " + reason, failed);
    }

    private static void requireNone(KafkaConnection connection, Admin admin, String topic, String stage)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(connection.groupId(stage))
                .partitionsToOffsetAndMetadata()
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        first(connection, topic, committed).ifPresent(waiting -> {
            throw new Failure(
                    ("scoring.models is empty, but images wait in %s, from offset %d of partition %d on: run ingest and "
                                    + "score with models until status shows no lag of %s, or delete these records if they may be lost")
                            .formatted(topic, waiting.offset(), waiting.partition(), stage));
        });
    }

    /** Returns the first record that is found after the offsets of a group; markers of transactions are none. */
    private static Optional<ConsumerRecord<byte[], byte[]>> first(
            KafkaConnection connection, String topic, Map<TopicPartition, OffsetAndMetadata> committed) {
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                connection.readerProperties(connection.groupId("scoring-backlog")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
            partitions.forEach(partition -> {
                OffsetAndMetadata position = committed.get(partition);
                long start = starts.getOrDefault(partition, 0L);
                consumer.seek(partition, position == null ? start : Math.max(start, position.offset()));
            });
            return first(consumer, TopicEnd.of(consumer, partitions, PATIENCE));
        }
    }

    private static Optional<ConsumerRecord<byte[], byte[]>> first(Consumer<byte[], byte[]> consumer, TopicEnd end) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!end.isReached()) {
            for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                return Optional.of(found);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new ClusterException("whether images wait in %s is unknown: no answer within %d s"
                        .formatted(end, PATIENCE.toSeconds()));
            }
        }
        return Optional.empty();
    }
}
