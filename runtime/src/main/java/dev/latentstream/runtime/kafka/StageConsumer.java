package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.meters.Meters;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The consumer of a stage, which never jumps over deleted records without a word. */
public final class StageConsumer extends KafkaConsumer<byte[], byte[]> {
    private final LostRecords lost;

    /** @param properties of the consumer; {@code auto.offset.reset} applies to a group without committed offsets only */
    public StageConsumer(Map<String, Object> properties, String stage, FaultSettings faults, Meters meters) {
        super(withoutReset(properties), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        boolean latest = "latest".equals(properties.get(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG));
        this.lost = new LostRecords(stage, faults.skipLost(), latest, meters);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        return lost.poll(this, () -> super.poll(timeout));
    }

    private static Map<String, Object> withoutReset(Map<String, Object> properties) {
        Map<String, Object> changed = new HashMap<>(properties);
        changed.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return changed;
    }
}
