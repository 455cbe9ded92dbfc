package dev.latentstream.runtime.streams;

import dev.latentstream.runtime.FailureKind;
import dev.latentstream.runtime.kafka.MisplacedRecords;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A table over a compacted topic that foreign programs can write to. A record that cannot be read becomes a dead letter, and its key
 * is absent from the table until it is written again.
 *
 * <p>A record that is not in the partition of its key is moved there: it is written again, and deleted where it was. The partition that
 * it came from joins nothing with it as long as its records are filtered by {@link #isInPlace}.
 *
 * <p>A plain table fails for such a key: its store is restored from the topic as bytes, without the check that each record has passed
 * when it was first read, and a bad value in it fails every later record of the key, including the one that replaces it. Here the
 * store has bad values as such, so it has the same content whether it was restored or not.
 */
public final class CheckedTable {
    /** Marks the deletion of a record that was moved, which must not delete it where it is now. */
    private static final String MOVED = "moved";

    private CheckedTable() {}

    /**
     * Adds a table to a topology.
     *
     * @param topic name of a compacted topic
     * @param rule throws {@link dev.latentstream.runtime.BadRecordException} for a value that breaks a rule of the topic
     * @param store name of the store
     * @param misplaced counts the records that are moved
     */
    public static <V> KTable<String, V> add(
            StreamsBuilder builder,
            String topic,
            Serde<V> serde,
            Consumer<V> rule,
            String store,
            MisplacedRecords misplaced) {
        Serde<Read<V>> checked =
                Serdes.serdeFrom(new Writing<>(serde.serializer()), new Reading<>(serde.deserializer(), rule));
        KTable<String, Read<V>> table = builder.table(
                topic,
                Consumed.with(Serdes.String(), checked).withName("read-" + topic),
                Materialized.<String, Read<V>, KeyValueStore<Bytes, byte[]>>as(store)
                        .withCachingDisabled()); // emits each change, not only the last in a commit interval
        KStream<String, Read<V>> changes = table.toStream(Named.as(store + "-changes"));
        changes.foreach(
                (key, value) -> {
                    if (value instanceof Bad<V> bad) {
                        throw bad.error; // its dead letter has the record as it came
                    }
                },
                Named.as(store + "-refuse"));
        changes.<String, Moved<V>>process(() -> new Mover<>(misplaced), Named.as(store + "-move"))
                // Kafka Streams accepts a sink to a source topic only if its name is extracted.
                .to(
                        (key, moved, context) -> topic,
                        Produced.<String, Moved<V>>with(Serdes.String(), moved(checked.serializer()))
                                .withStreamPartitioner(
                                        (name, key, moved, count) -> Optional.of(Set.of(moved.partition())))
                                .withName(store + "-moved"));
        return table.mapValues(value -> value instanceof Good<V> good ? good.value() : null, Named.as(store + "-good"));
    }

    /** Returns whether the record in process is in the partition of its key. */
    public static boolean isInPlace(ProcessingContext context, String key, MisplacedRecords misplaced) {
        return context.taskId().partition() == misplaced.partition(key.getBytes(StandardCharsets.UTF_8));
    }

    /** A record that was read. */
    private sealed interface Read<V> {}

    private record Good<V>(V value) implements Read<V> {}

    private static final class Bad<V> implements Read<V> {
        private final byte[] bytes;
        private final RuntimeException error;

        Bad(byte[] bytes, RuntimeException error) {
            this.bytes = bytes;
            this.error = error;
        }
    }

    /**
     * A record that is written to a given partition.
     *
     * @param value null to delete the record
     */
    private record Moved<V>(@Nullable Read<V> value, int partition) {}

    private static final class Mover<V> extends ContextualProcessor<String, Read<V>, String, Moved<V>> {
        private final MisplacedRecords misplaced;

        Mover(MisplacedRecords misplaced) {
            this.misplaced = misplaced;
        }

        @Override
        public void process(Record<String, Read<V>> change) {
            if (isInPlace(context(), change.key(), misplaced)
                    || change.value() instanceof Bad
                    || change.headers().lastHeader(MOVED) != null) {
                return;
            }
            RecordMetadata from = context().recordMetadata().orElseThrow();
            misplaced.count(from.topic(), from.partition(), from.offset());
            int to = misplaced.partition(change.key().getBytes(StandardCharsets.UTF_8));
            context().forward(change.withValue(new Moved<>(change.value(), to)));
            if (change.value() != null) {
                Headers headers = new RecordHeaders(change.headers()).add(MOVED, new byte[0]);
                context()
                        .forward(change.withValue(new Moved<V>(null, from.partition()))
                                .withHeaders(headers));
            }
        }
    }

    private static <V> Serde<Moved<V>> moved(Serializer<Read<V>> serializer) {
        return Serdes.serdeFrom(
                (topic, moved) -> moved.value() == null ? null : serializer.serialize(topic, moved.value()),
                (topic, bytes) -> {
                    throw new UnsupportedOperationException("moved records are read as all others");
                });
    }

    private record Writing<V>(Serializer<V> delegate) implements Serializer<Read<V>> {
        @Override
        public byte @Nullable [] serialize(String topic, @Nullable Read<V> value) {
            if (value instanceof Good<V> good) {
                return delegate.serialize(topic, good.value());
            }
            return value instanceof Bad<V> bad ? bad.bytes : null;
        }

        @Override
        public void close() {
            delegate.close();
        }
    }

    private record Reading<V>(Deserializer<V> delegate, Consumer<V> rule) implements Deserializer<Read<V>> {
        @Override
        public @Nullable Read<V> deserialize(String topic, byte @Nullable [] bytes) {
            if (bytes == null) {
                return null;
            }
            try {
                V value = delegate.deserialize(topic, bytes);
                rule.accept(value);
                return new Good<>(value);
            } catch (RuntimeException error) {
                if (FailureKind.of(error) == FailureKind.INFRASTRUCTURE) {
                    throw error;
                }
                return new Bad<>(bytes, error);
            }
        }

        @Override
        public void close() {
            delegate.close();
        }
    }
}
