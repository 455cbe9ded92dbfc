package dev.latentstream.runtime.streams;

import dev.latentstream.runtime.FailureKind;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A table over a compacted topic that foreign programs can write to. A record that cannot be read becomes a dead letter, and its key
 * is absent from the table until it is written again.
 *
 * <p>A plain table fails for such a key: its store is restored from the topic as bytes, without the check that each record has passed
 * when it was first read, and a bad value in it fails every later record of the key, including the one that replaces it. Here the
 * store has bad values as such, so it has the same content whether it was restored or not.
 */
public final class CheckedTable {
    private CheckedTable() {}

    /**
     * Adds a table to a topology.
     *
     * @param topic name of a compacted topic
     * @param rule throws {@link dev.latentstream.runtime.BadRecordException} for a value that breaks a rule of the topic
     * @param store name of the store
     */
    public static <V> KTable<String, V> add(
            StreamsBuilder builder, String topic, Serde<V> serde, Consumer<V> rule, String store) {
        Serde<Read<V>> checked =
                Serdes.serdeFrom(new Writing<>(serde.serializer()), new Reading<>(serde.deserializer(), rule));
        KTable<String, Read<V>> table = builder.table(
                topic,
                Consumed.with(Serdes.String(), checked).withName("read-" + topic),
                Materialized.<String, Read<V>, KeyValueStore<Bytes, byte[]>>as(store)
                        .withCachingDisabled()); // emits each change, not only the last in a commit interval
        table.toStream(Named.as(store + "-changes"))
                .foreach(
                        (key, value) -> {
                            if (value instanceof Bad<V> bad) {
                                throw bad.error(); // its dead letter has the record as it came
                            }
                        },
                        Named.as(store + "-refuse"));
        return table.mapValues(value -> value instanceof Good<V> good ? good.value() : null, Named.as(store + "-good"));
    }

    /** A record that was read. */
    private sealed interface Read<V> {}

    private record Good<V>(V value) implements Read<V> {}

    private record Bad<V>(byte[] bytes, RuntimeException error) implements Read<V> {}

    private record Writing<V>(Serializer<V> delegate) implements Serializer<Read<V>> {
        @Override
        public byte @Nullable [] serialize(String topic, @Nullable Read<V> value) {
            if (value instanceof Good<V> good) {
                return delegate.serialize(topic, good.value());
            }
            return value instanceof Bad<V> bad ? bad.bytes() : null;
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
