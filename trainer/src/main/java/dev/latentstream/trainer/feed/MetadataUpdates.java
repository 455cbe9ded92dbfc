package dev.latentstream.trainer.feed;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/**
 * Counts how often a consumer has learned of the cluster's topics, as one of its deserializers. Kafka's consumer reads on in a topic that
 * was recreated, from its position in the one before, without a word; but not before it has learned the id of the new one. Thread-safe.
 */
final class MetadataUpdates extends ByteBufferDeserializer implements ClusterResourceListener {
    private final AtomicLong count = new AtomicLong();

    @Override
    public void onUpdate(ClusterResource cluster) {
        count.incrementAndGet();
    }

    long count() {
        return count.get();
    }
}
