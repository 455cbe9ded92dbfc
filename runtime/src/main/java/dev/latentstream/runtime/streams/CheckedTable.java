package dev.latentstream.runtime.streams;

import dev.latentstream.runtime.FailureKind;
import dev.latentstream.runtime.kafka.MisplacedRecords;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * A table over a compacted topic that foreign programs can write to. A record that cannot be read becomes a dead letter, and its key
 * is absent from the table until it is written again.
 *
 * <p>A record that is not in the partition of its key is moved there: it is written again, and deleted where it was. The partition that
 * it came from joins nothing with it as long as its records are filtered by {@link #isInPlace}.
 *
 * <p>A record that comes after one of its key that is newer by its own account does not enter the table. The newer one is written again,
 * so that the topic has it last: that is what compaction keeps, and what the store is restored from.
 *
 * <p>A plain table fails for a key with a bad value: its store is restored from the topic as bytes, without the check that each record has
 * passed when it was first read, and a bad value in it fails every later record of the key, including the one that replaces it. Here the
 * store has bad values as such, so it has the same content whether it was restored or not.
 */
public final class CheckedTable {
    /** Marks the deletion of a record that was moved, which must not delete it where it is now. */
    private static final String MOVED = "moved";

    /** Marks a record that was written again after an older one. */
    private static final String KEPT = "kept";

    private CheckedTable() {}

    /**
     * The change of a key.
     *
     * @param before its value before; null if it was absent
     * @param after its value now; null if it is absent
     */
    public record Change<V>(@Nullable V before, @Nullable V after) {}

    /**
     * The records of a topic.
     *
     * @param topic name of a compacted topic
     * @param rule throws {@link dev.latentstream.runtime.BadRecordException} for a value that breaks a rule of the topic
     * @param age order of the records of one key: a smaller one is older; equal ones are as new as they come
     */
    public record Records<V>(String topic, Serde<V> serde, Consumer<V> rule, Comparator<V> age) {}

    /**
     * Adds a table to a topology.
     *
     * @param store name of the store
     * @param misplaced counts the records that are moved
     * @return name of the processor that forwards each {@link Change}
     */
    public static <V> String add(Topology topology, Records<V> records, String store, MisplacedRecords misplaced) {
        Serde<Read<V>> checked = Serdes.serdeFrom(
                new Writing<>(records.serde().serializer()),
                new Reading<>(records.serde().deserializer(), records.rule()));
        String update = store + "-update";
        String written = store + "-written";
        topology.addReadOnlyStateStore(
                // The format of a KTable, which earlier versions were: their state folders are read.
                Stores.timestampedKeyValueStoreBuilder(
                        Stores.persistentTimestampedKeyValueStore(store), Serdes.String(), checked),
                "read-" + records.topic(),
                Serdes.String().deserializer(),
                checked.deserializer(),
                records.topic(),
                update,
                forwarding(() -> new Update<>(store, written, records.age(), misplaced)));
        topology.addProcessor(store + "-changes", Forward::new, update);
        // Kafka Streams accepts a sink to a source topic only if its name is extracted.
        topology.addSink(
                written,
                (String key, Written<V> value, RecordContext context) -> records.topic(),
                Serdes.String().serializer(),
                written(checked.serializer()),
                (topic, key, value, count) -> Optional.of(Set.of(value.partition())),
                update);
        return store + "-changes";
    }

    /** The processor that updates such a store is declared to forward nothing, but Kafka Streams lets it. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <V> ProcessorSupplier<String, Read<V>, Void, Void> forwarding(
            ProcessorSupplier<String, Read<V>, String, Object> supplier) {
        return (ProcessorSupplier) supplier;
    }

    /** Returns the value of a key in a table; empty if it is absent. */
    public static <V> Optional<V> value(ProcessingContext context, String store, String key) {
        TimestampedKeyValueStore<String, Read<V>> table = context.getStateStore(store);
        return ValueAndTimestamp.getValueOrNull(table.get(key)) instanceof Good<V> good
                ? Optional.of(good.value())
                : Optional.empty();
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
    private record Written<V>(@Nullable Read<V> value, int partition) {}

    private static final class Update<V> extends ContextualProcessor<String, Read<V>, String, Object> {
        private final String storeName;
        private final String sink;
        private final Comparator<V> age;
        private final MisplacedRecords misplaced;

        Update(String storeName, String sink, Comparator<V> age, MisplacedRecords misplaced) {
            this.storeName = storeName;
            this.sink = sink;
            this.age = age;
            this.misplaced = misplaced;
        }

        @Override
        public void process(Record<String, Read<V>> record) {
            TimestampedKeyValueStore<String, Read<V>> store = context().getStateStore(storeName);
            Read<V> known = ValueAndTimestamp.getValueOrNull(store.get(record.key()));
            V before = known instanceof Good<V> good ? good.value() : null;
            V after = record.value() instanceof Good<V> good ? good.value() : null;
            if (before != null && after != null && age.compare(after, before) < 0) {
                keep(record, Objects.requireNonNull(known));
                return;
            }
            store.put(record.key(), ValueAndTimestamp.make(record.value(), record.timestamp()));
            if (record.headers().lastHeader(KEPT) == null) {
                context().forward(record.withValue(new Change<>(before, after)), storeName + "-changes");
            }
            if (record.value() instanceof Bad<V> bad) {
                throw bad.error; // its dead letter has the record as it came
            }
            if (!isInPlace(context(), record.key(), misplaced)
                    && record.headers().lastHeader(MOVED) == null) {
                move(record);
            }
        }

        private void keep(Record<String, Read<V>> older, Read<V> newer) {
            Headers headers = new RecordHeaders(older.headers()).add(KEPT, new byte[0]);
            int partition = context().taskId().partition();
            context().forward(older.withValue(new Written<>(newer, partition)).withHeaders(headers), sink);
        }

        private void move(Record<String, Read<V>> record) {
            RecordMetadata from = context().recordMetadata().orElseThrow();
            misplaced.count(from.topic(), from.partition(), from.offset());
            int to = misplaced.partition(record.key().getBytes(StandardCharsets.UTF_8));
            context().forward(record.withValue(new Written<>(record.value(), to)), sink);
            if (record.value() != null) {
                Headers headers = new RecordHeaders(record.headers()).add(MOVED, new byte[0]);
                context()
                        .forward(
                                record.withValue(new Written<V>(null, from.partition()))
                                        .withHeaders(headers),
                                sink);
            }
        }
    }

    /** Gives the changes a processor of their own, so that the next one does not read what is written to the topic. */
    private static final class Forward<V> extends ContextualProcessor<String, Change<V>, String, Change<V>> {
        @Override
        public void process(Record<String, Change<V>> change) {
            context().forward(change);
        }
    }

    private static <V> Serializer<Written<V>> written(Serializer<Read<V>> serializer) {
        return (topic, written) -> written.value() == null ? null : serializer.serialize(topic, written.value());
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
