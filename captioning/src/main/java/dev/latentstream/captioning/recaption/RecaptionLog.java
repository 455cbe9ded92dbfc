package dev.latentstream.captioning.recaption;

import dev.latentstream.captioning.CaptioningStage;
import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.RecordDecoder;
import dev.latentstream.runtime.kafka.TopicEnd;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Recaption;
import dev.latentstream.schemas.Topic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** The recaptions of all sources, in {@code recaptions}. Not thread-safe. */
public final class RecaptionLog {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    /** More batches than a captioning stage may have read and not yet committed; these are captioned again, to be sure. */
    private static final int UNCOMMITTED_BATCHES = 8;

    private final KafkaConnection connection;
    private final Clock clock;

    public RecaptionLog(KafkaConnection connection, Clock clock) {
        this.connection = connection;
        this.clock = clock;
    }

    /** Returns the last recaption of a source. */
    public Optional<Recaption> last(String source) {
        Map<String, Recaption> last = new HashMap<>();
        readAll(connection.topics().recaptions(), "recaption-reader", (record, recaption) -> {
            if (recaption.isPresent()) {
                last.put(record.key(), recaption.get());
            } else {
                last.remove(record.key());
            }
        });
        return Optional.ofNullable(last.get(source));
    }

    /**
     * Returns the next recaption of a source, which is not begun.
     *
     * @param since images sent before are left out; null for none
     * @param batchSize images in a batch of the captioning stage
     */
    public Recaption plan(String source, @Nullable Instant since, int batchSize) {
        int number = last(source).map(Recaption::getNumber).orElse(0) + 1;
        String images = connection.topics().images().name();
        try (Consumer<String, Image> consumer =
                connection.reader(connection.topics().images(), "recaption-planner")) {
            List<TopicPartition> partitions = partitions(consumer, images);
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, PATIENCE);
            Map<TopicPartition, Long> latest = consumer.endOffsets(partitions, PATIENCE);
            Map<TopicPartition, Long> captioned = committed(connection.groupId(CaptioningStage.NAME));
            List<Long> ends = new ArrayList<>();
            for (TopicPartition partition : partitions) {
                long position = captioned.getOrDefault(partition, starts.getOrDefault(partition, 0L));
                ends.add(Math.min(
                        latest.getOrDefault(partition, 0L), position + (long) UNCOMMITTED_BATCHES * batchSize));
            }
            return new Recaption(number, since, ends, clock.instant(), false);
        }
    }

    /** Returns the number of images that a recaption would caption, read from the topic. */
    public long count(String source, Recaption recaption) {
        Selection selection = new Selection(source, recaption);
        Set<String> selected = new HashSet<>();
        readAll(connection.topics().images(), "recaption-planner", (record, image) -> {
            if (selection.contains(image.orElse(null), record.partition(), record.offset(), record.timestamp())) {
                selected.add(record.key());
            } else if (image.isEmpty()) {
                selected.remove(record.key());
            }
        });
        return selected.size();
    }

    /** Returns the sources that have an image, read from the topic. */
    public Set<String> sources() {
        Map<String, String> sources = new HashMap<>();
        readAll(connection.topics().images(), "recaption-planner", (record, image) -> {
            if (image.isPresent()) {
                sources.put(record.key(), image.get().getSource());
            } else {
                sources.remove(record.key());
            }
        });
        return new TreeSet<>(sources.values());
    }

    /** Begins a recaption: its consumer group starts at the first image that it may select. */
    public void begin(String source, Recaption recaption) throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
        Instant since = recaption.getSince().orElse(null);
        if (since != null) {
            String images = connection.topics().images().name();
            try (Consumer<String, Image> consumer =
                    connection.reader(connection.topics().images(), "recaption-planner")) {
                Map<TopicPartition, Long> times = new HashMap<>();
                partitions(consumer, images).forEach(partition -> times.put(partition, since.toEpochMilli()));
                for (Map.Entry<TopicPartition, OffsetAndTimestamp> found :
                        consumer.offsetsForTimes(times, PATIENCE).entrySet()) {
                    long end = recaption.getEnds().get(found.getKey().partition());
                    starts.put(
                            found.getKey(),
                            new OffsetAndMetadata(
                                    found.getValue() == null
                                            ? end
                                            : found.getValue().offset()));
                }
            }
            try (Admin admin = connection.admin()) {
                Void unused = get(admin.alterConsumerGroupOffsets(group(source, recaption), starts)
                        .all());
            }
        }
        write(source, recaption);
    }

    /** Marks a recaption as complete. */
    public void finish(String source, Recaption recaption) throws InterruptedException {
        write(source, Recaption.newBuilder(recaption).setDone(true).build());
    }

    /** Returns the consumer group of a recaption. */
    String group(String source, Recaption recaption) {
        return connection.groupId(RecaptionStage.name(source, recaption));
    }

    /** Returns the committed positions of a group in {@code images}. */
    Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        try (Admin admin = connection.admin()) {
            get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .forEach((partition, at) -> {
                        if (at != null
                                && partition
                                        .topic()
                                        .equals(connection.topics().images().name())) {
                            positions.put(partition, at.offset());
                        }
                    });
        }
        return positions;
    }

    /** Returns the ends of {@code images} for readers of committed records. */
    Map<TopicPartition, Long> ends() {
        try (Consumer<String, Image> consumer =
                connection.reader(connection.topics().images(), "recaption-planner")) {
            return consumer.endOffsets(
                    partitions(consumer, connection.topics().images().name()), PATIENCE);
        }
    }

    /** Returns the full name of {@code images}. */
    String images() {
        return connection.topics().images().name();
    }

    private void write(String source, Recaption recaption) throws InterruptedException {
        try (Producer<String, Recaption> producer =
                connection.producer(connection.topics().recaptions(), "recaption-writer")) {
            RecordMetadata unused = producer.send(new ProducerRecord<>(
                            connection.topics().recaptions().name(), source, recaption))
                    .get();
        } catch (ExecutionException failed) {
            throw new ClusterException(
                    "the recaption of %s was not written: %s".formatted(source, AdminAnswers.reason(failed)), failed);
        }
    }

    private <V extends SpecificRecord> void readAll(
            Topic<V> topic, String clientId, BiConsumer<ConsumerRecord<String, byte[]>, Optional<V>> action) {
        try (Consumer<String, byte[]> consumer = new KafkaConsumer<>(
                        connection.readerProperties(clientId), new StringDeserializer(), new ByteArrayDeserializer());
                RecordDecoder<V> decoder = new RecordDecoder<>(connection.deserializer(topic))) {
            List<TopicPartition> partitions = partitions(consumer, topic.name());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            TopicEnd end = TopicEnd.of(consumer, partitions, PATIENCE);
            while (!end.isReached()) {
                consumer.poll(POLL).forEach(record -> decoder.decode(record, action));
            }
        }
    }

    private static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        return consumer.partitionsFor(topic, PATIENCE).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .sorted((one, other) -> one.partition() - other.partition())
                .toList();
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        } catch (ExecutionException failed) {
            throw new ClusterException("the cluster does not answer: " + AdminAnswers.reason(failed), failed);
        }
    }
}
