package dev.latentstream.ingest.sources.topic;

import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.Position;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.ingest.sources.SourceItem.Waiting;
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
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the images of a Kafka topic, and follows it until it is stopped or has reached the end that the topic had at the start. Its place is
 * the offset of each partition. A partition that is added while the topic is followed is read as well, and a topic that is recreated is read
 * from its beginning.
 */
public final class TopicSource implements ImageSource {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSource.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /** Between two looks at the topic. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    /** A topic that is being recreated, or whose broker restarts, is absent for a moment. */
    private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(15);

    private final String name;
    private final String topic;
    private final boolean following;
    private final RecordReader reader;
    private final Clients clients;
    private final Consumer<byte[], byte[]> consumer;
    private final TopicLookup lookup;
    private final Queue<SourceItem> ready = new ArrayDeque<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private String topicId = ""; // Kafka's; empty before the start
    private long looked; // in the time of the clients
    private OptionalLong absentSince = OptionalLong.empty();

    /**
     * What a source opens, each time that it is read.
     *
     * @param nanoTime as {@link System#nanoTime()}
     */
    record Clients(Supplier<Consumer<byte[], byte[]>> consumer, Supplier<TopicLookup> lookup, LongSupplier nanoTime) {}

    TopicSource(String name, String topic, boolean following, RecordReader reader, Clients clients) {
        this.name = name;
        this.topic = topic;
        this.following = following;
        this.reader = reader;
        this.clients = clients;
        this.consumer = clients.consumer().get();
        this.lookup = clients.lookup().get();
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
            throws IOException {
        if (connection.topics().known().stream().anyMatch(own -> own.name().equals(topic))) {
            throw new IllegalArgumentException("topic %s is one of the pipeline's own".formatted(topic));
        }
        try (TopicLookup lookup = TopicLookup.of(connection, topic)) {
            if (lookup.state().isEmpty()) {
                throw new IOException("topic %s does not exist".formatted(topic));
            }
        } catch (RetriableException unanswered) {
            throw new IOException("topic %s cannot be read: %s".formatted(topic, unanswered.getMessage()), unanswered);
        }
        Map<String, Object> properties = new HashMap<>(connection.readerProperties("source-" + name));
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        Clients clients = new Clients(
                () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                () -> TopicLookup.of(connection, topic),
                System::nanoTime);
        RecordReader reader = new RecordReader(
                fields,
                connection.valueDeserializer(),
                connection.settings().faults().errorsTolerance(),
                maxImageBytes);
        return new TopicSource(name, topic, following, reader, clients);
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
        return Optional.of(new TopicSource(name, topic, following, reader, clients));
    }

    @Override
    public Optional<SourceItem> next(Known known) throws IOException {
        if (ready.isEmpty() && (topicId.isEmpty() || since(looked).compareTo(LOOK_EVERY) >= 0)) {
            look(known);
        }
        if (ready.isEmpty() && !topicId.isEmpty()) {
            poll(known);
        }
        if (!ready.isEmpty()) {
            return Optional.of(ready.remove());
        }
        return isAtEnd() ? Optional.empty() : Optional.of(new Waiting("kafka:" + topic));
    }

    @Override
    public void close() {
        try (lookup) {
            consumer.close();
        }
    }

    /** Adapts to what happened to the topic: a consumer of assigned partitions notices neither new ones nor another topic of the name. */
    private void look(Known known) throws IOException {
        looked = clients.nanoTime().getAsLong();
        Optional<TopicState> found;
        try {
            found = lookup.state();
        } catch (RetriableException unanswered) { // the runner's own writes decide how long it waits for a broker
            return;
        }
        if (found.isPresent()) {
            absentSince = OptionalLong.empty();
            adapt(found.get(), known);
        } else if (absentSince.isEmpty()) {
            absentSince = OptionalLong.of(looked);
        } else if (since(absentSince.getAsLong()).compareTo(LONGEST_ABSENCE) >= 0) {
            throw new IOException("topic %s was deleted while it was read".formatted(topic));
        }
    }

    private Duration since(long then) {
        return Duration.ofNanos(clients.nanoTime().getAsLong() - then);
    }

    private void adapt(TopicState state, Known known) throws IOException {
        boolean started = !topicId.isEmpty();
        boolean recreated = started && !topicId.equals(state.id());
        if (recreated) {
            LOG.warn("topic {} was recreated: it is read from its beginning", topic);
        }
        if (!started || recreated) {
            topicId = state.id();
            ends.clear();
            assign(state, known);
        } else if (following && state.partitions() > ends.size()) {
            LOG.info("topic {} has {} partitions now, {} before", topic, state.partitions(), ends.size());
            assign(state, known);
        }
    }

    /** Assigns all partitions, and finds the place in those that have none yet. */
    private void assign(TopicState state, Known known) throws IOException {
        List<TopicPartition> partitions = IntStream.range(0, state.partitions())
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        List<TopicPartition> added = partitions.stream()
                .filter(partition -> !ends.containsKey(partition))
                .toList();
        consumer.assign(partitions);
        ends.putAll(consumer.endOffsets(added));
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(added);
        for (TopicPartition partition : added) {
            long beginning = beginnings.getOrDefault(partition, 0L);
            long place = known.position(uri(partition), topicId).orElse(beginning);
            seek(partition, place, beginning, ends.getOrDefault(partition, 0L));
        }
    }

    /** Continues where the topic begins now, if records were deleted before they were read, and says how many. */
    private void seek(TopicPartition partition, long place, long beginning, long end) throws IOException {
        if (place > end) {
            throw new IOException("%s was read to offset %d, but ends at %d: its records were lost"
                    .formatted(uri(partition), place, end));
        }
        consumer.seek(partition, Math.max(place, beginning));
        if (beginning > place) {
            ready.add(new Unreadable(
                    uri(partition),
                    "%d records were deleted before they were read (offsets %d to %d)"
                            .formatted(beginning - place, place, beginning - 1)));
            ready.add(new Position(uri(partition), topicId, beginning));
        }
    }

    private void poll(Known known) throws IOException {
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                ready.addAll(reader.read(record));
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                ready.add(new Position(uri(partition), topicId, record.offset() + 1));
            }
        } catch (OffsetOutOfRangeException lost) {
            String before = topicId;
            look(known);
            if (topicId.equals(before)) {
                seekWithin(lost.offsetOutOfRangePartitions());
            }
        }
    }

    private void seekWithin(Map<TopicPartition, Long> places) throws IOException {
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(places.keySet());
        Map<TopicPartition, Long> endings = consumer.endOffsets(places.keySet());
        for (Map.Entry<TopicPartition, Long> place : places.entrySet()) {
            TopicPartition partition = place.getKey();
            long beginning = beginnings.getOrDefault(partition, place.getValue());
            seek(partition, place.getValue(), beginning, endings.getOrDefault(partition, place.getValue()));
        }
    }

    private boolean isAtEnd() {
        return !following
                && !topicId.isEmpty()
                && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private String uri(TopicPartition partition) {
        return "kafka:%s/%d".formatted(topic, partition.partition());
    }
}
