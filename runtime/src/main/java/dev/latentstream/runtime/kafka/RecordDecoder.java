package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.FailureKind;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the records of a topic to which other programs may write: one that cannot be decoded is passed over with a warning. Failures of the
 * registry are thrown.
 */
public final class RecordDecoder<V> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordDecoder.class);

    private final Deserializer<V> deserializer;

    /** Closes the deserializer with this decoder. */
    public RecordDecoder(Deserializer<V> deserializer) {
        this.deserializer = deserializer;
    }

    /** Passes a record on with its value; without one if it is a tombstone. */
    public void decode(
            ConsumerRecord<String, byte[]> record, BiConsumer<ConsumerRecord<String, byte[]>, Optional<V>> action) {
        Optional<V> value;
        try {
            value = Optional.ofNullable(deserializer.deserialize(record.topic(), record.headers(), record.value()));
        } catch (RuntimeException foreign) {
            if (FailureKind.of(foreign) == FailureKind.INFRASTRUCTURE) {
                throw foreign;
            }
            LOG.atWarn()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("key", record.key())
                    .log("ignored a record that cannot be decoded: {}", foreign.getMessage());
            return;
        }
        action.accept(record, value);
    }

    @Override
    public void close() {
        deserializer.close();
    }
}
