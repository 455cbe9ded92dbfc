package dev.latentstream.ingest.sources.state;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.FailureWords;
import dev.latentstream.runtime.kafka.AdminAnswers;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.LogEnds;
import dev.latentstream.schemas.DeliveredItem;
import dev.latentstream.schemas.SourceState;
import dev.latentstream.schemas.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is committed in {@code sources} and {@code source-items}.
 *
 * <p>It reads up to the end of the log, not to the last stable offset, which an open transaction of another source holds back: records that
 * were committed after that transaction began would be missed. So it waits until such transactions have ended.
 */
final class SourceReader implements StoredSources {
    private static final Logger LOG = LoggerFactory.getLogger(SourceReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int MAX_POLL_RECORDS = 5_000;
    private static final int MAX_WAIT_MILLIS = 20; // of a fetch at the end of a partition

    private final KafkaConnection connection;
    private final Duration patience;

    SourceReader(KafkaConnection connection) {
        this.connection = connection;
        this.patience = connection.settings().faults().patience();
    }

    /** Returns the states of all sources by name. */
    SortedMap<String, SourceState> states() {
        SortedMap<String, SourceState> states = new TreeMap<>();
        read(connection.topics().sources(), 0, (name, state) -> {
            if (state.isEmpty()) {
                states.remove(name);
            } else {
                states.put(name, state.get());
            }
        });
        return states;
    }

    @Override
    public Optional<SourceState> state(String source) {
        return Optional.ofNullable(states().get(source));
    }

    @Override
    public int partition(String source) {
        int partitions =
                description(connection.topics().sourceItems()).partitions().size();
        return Utils.toPositive(Utils.murmur2(Utils.utf8(source))) % partitions;
    }

    @Override
    public String topicId() {
        return description(connection.topics().imagesRaw()).topicId().toString();
    }

    @Override
    public void items(String source, int partition, BiConsumer<String, Optional<DeliveredItem>> action) {
        read(connection.topics().sourceItems(), partition, (key, item) -> {
            if (ItemKeys.isOf(source, key)) {
                action.accept(key, item);
            }
        });
    }

    private <V extends SpecificRecord> void read(Topic<V> topic, int number, BiConsumer<String, Optional<V>> action) {
        TopicPartition partition = new TopicPartition(topic.name(), number);
        Map<String, Object> properties = new HashMap<>(connection.readerProperties(topic.name() + "-reader"));
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, MAX_WAIT_MILLIS);
        try (Consumer<String, byte[]> consumer =
                        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
                Deserializer<V> deserializer = connection.deserializer(topic)) {
            long end = LogEnds.on(connection, patience).of(List.of(partition)).getOrDefault(partition, 0L);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long progress = System.nanoTime();
            for (long before = -1; consumer.position(partition) < end; ) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    take(record, deserializer, action);
                }
                if (consumer.position(partition) != before) {
                    before = consumer.position(partition);
                    progress = System.nanoTime();
                } else if (System.nanoTime() - progress > patience.toNanos()) {
                    throw new ClusterException("%s was read to offset %d of %d, and no further within %d s"
                            .formatted(partition, before, end, patience.toSeconds()));
                }
            }
        }
    }

    private static <V> void take(
            ConsumerRecord<String, byte[]> record,
            Deserializer<V> deserializer,
            BiConsumer<String, Optional<V>> action) {
        if (record.key() == null) {
            return;
        }
        try {
            action.accept(record.key(), Optional.ofNullable(deserializer.deserialize(record.topic(), record.value())));
        } catch (SerializationException foreign) {
            LOG.atWarn()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("offset", record.offset())
                    .log("a record that cannot be read: {}", FailureWords.describe(foreign));
        }
    }

    private TopicDescription description(Topic<?> topic) {
        try (Admin admin = connection.admin()) {
            return result(admin.describeTopics(List.of(topic.name())).allTopicNames(), topic.name()).values().stream()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private <T> T result(KafkaFuture<T> future, String topic) {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        } catch (ExecutionException failed) {
            throw new ClusterException(
                    "topic %s cannot be read: %s".formatted(topic, AdminAnswers.reason(failed)), failed);
        } catch (TimeoutException silent) {
            throw new ClusterException(
                    "topic %s cannot be read: no answer within %d s".formatted(topic, patience.toSeconds()), silent);
        }
    }
}
