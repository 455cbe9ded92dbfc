package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.FailureKind;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the values of a topic to which other programs may write: a value that cannot be decoded is null, as that of a tombstone, and the first
 * one is logged. Failures of the registry are thrown. Not thread-safe.
 */
final class LenientDeserializer<V> implements Deserializer<V> {
    private static final Logger LOG = LoggerFactory.getLogger(LenientDeserializer.class);

    private final Deserializer<V> strict;
    private boolean warned;

    /** Closes the given deserializer with this one. */
    LenientDeserializer(Deserializer<V> strict) {
        this.strict = strict;
    }

    @Override
    public @Nullable V deserialize(String topic, byte @Nullable [] value) {
        try {
            return strict.deserialize(topic, value);
        } catch (RuntimeException foreign) {
            if (FailureKind.of(foreign) == FailureKind.INFRASTRUCTURE) {
                throw foreign;
            }
            if (!warned) {
                warned = true;
                LOG.atWarn().log("records of {} that are not ours are passed over: {}", topic, foreign.getMessage());
            }
            return null;
        }
    }

    @Override
    public void close() {
        strict.close();
    }
}
