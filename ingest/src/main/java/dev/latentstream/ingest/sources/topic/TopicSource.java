package dev.latentstream.ingest.sources.topic;

import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.Position;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.ingest.sources.SourceItem.Waiting;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Delivers the images of a Kafka topic, and follows it until it is stopped or has reached the end that the topic had at the start. Its place is
 * the offset of each partition. Partitions that are added are read by the next run.
 */
public final class TopicSource implements ImageSource {
    private static final Duration POLL = Duration.ofMillis(500);

    private final String name;
    private final String topic;
    private final String topicId;
    private final boolean following;
    private final RecordReader reader;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Consumer<byte[], byte[]> consumer;
    private final Queue<SourceItem> ready = new ArrayDeque<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private boolean started;

    /** @param topicId Kafka's id of the topic: a topic that was recreated is read from its beginning */
    TopicSource(
            String name,
            String topic,
            String topicId,
            boolean following,
            RecordReader reader,
            Supplier<Consumer<byte[], byte[]>> consumers) {
        this.name = name;
        this.topic = topic;
        this.topicId = topicId;
        this.following = following;
        this.reader = reader;
        this.consumers = consumers;
        this.consumer = consumers.get();
    }

    /**
     * Opens a topic of a cluster.
     *
     * @param following whether it is followed after its present end
     * @throws IllegalArgumentException if it is a topic of the pipeline
     * @throws IOException if it does not exist
     */
    public static TopicSource of(
            String name,
            KafkaConnection connection,
            String topic,
            boolean following,
            RecordFields fields,
            int maxImageBytes)
            throws IOException, InterruptedException {
        if (connection.topics().known().stream().anyMatch(own -> own.name().equals(topic))) {
            throw new IllegalArgumentException("topic %s is one of the pipeline's own".formatted(topic));
        }
        Map<String, Object> properties = new HashMap<>(connection.readerProperties("source-" + name));
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return new TopicSource(
                name,
                topic,
                topicId(connection, topic),
                following,
                new RecordReader(fields, connection.genericDeserializer(), maxImageBytes),
                () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String origin() {
        return "topic " + topic;
    }

    @Override
    public boolean isItemised() {
        return false;
    }

    /** Returns empty: offsets are not all records. */
    @Override
    public OptionalLong total() {
        return OptionalLong.empty();
    }

    @Override
    public Optional<ImageSource> again() {
        return Optional.of(new TopicSource(name, topic, topicId, following, reader, consumers));
    }

    @Override
    public Optional<SourceItem> next(Known known) throws IOException {
        if (!started) {
            start(known);
            started = true;
        }
        if (ready.isEmpty()) {
            poll();
        }
        if (!ready.isEmpty()) {
            return Optional.of(ready.remove());
        }
        return isAtEnd() ? Optional.empty() : Optional.of(new Waiting("kafka:" + topic));
    }

    @Override
    public void close() {
        consumer.close();
    }

    private void start(Known known) throws IOException {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        ends.putAll(consumer.endOffsets(partitions));
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        for (TopicPartition partition : partitions) {
            long beginning = beginnings.getOrDefault(partition, 0L);
            long place = known.position(uri(partition), topicId).orElse(beginning);
            if (place > ends.getOrDefault(partition, 0L)) {
                throw new IOException("%s was read to offset %d, but ends at %d: its records were lost"
                        .formatted(partition, place, ends.get(partition)));
            }
            seek(partition, place, beginning);
        }
    }

    /** Continues where the topic begins now, if records were deleted before they were read, and says how many. */
    private void seek(TopicPartition partition, long place, long beginning) {
        consumer.seek(partition, Math.max(place, beginning));
        if (beginning > place) {
            ready.add(new Unreadable(
                    uri(partition),
                    "%d records were deleted before they were read (offsets %d to %d)"
                            .formatted(beginning - place, place, beginning - 1)));
            ready.add(new Position(uri(partition), topicId, beginning));
        }
    }

    private void poll() {
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                ready.addAll(reader.read(record));
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                ready.add(new Position(uri(partition), topicId, record.offset() + 1));
            }
        } catch (OffsetOutOfRangeException deleted) {
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(
                    deleted.offsetOutOfRangePartitions().keySet());
            deleted.offsetOutOfRangePartitions()
                    .forEach((partition, place) -> seek(partition, place, beginnings.getOrDefault(partition, place)));
        }
    }

    private boolean isAtEnd() {
        return !following
                && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private String uri(TopicPartition partition) {
        return "kafka:%s/%d".formatted(topic, partition.partition());
    }

    private static String topicId(KafkaConnection connection, String topic) throws IOException, InterruptedException {
        try (Admin admin = connection.admin()) {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                    .findFirst()
                    .orElseThrow()
                    .topicId()
                    .toString();
        } catch (ExecutionException failed) {
            throw new IOException(
                    failed.getCause() instanceof UnknownTopicOrPartitionException
                            ? "topic %s does not exist".formatted(topic)
                            : "topic %s cannot be read: %s".formatted(topic, AdminAnswers.reason(failed)),
                    failed);
        }
    }
}
