package dev.latentstream.runtime.policy;

import dev.latentstream.runtime.FailureKind;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Policy;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts records of {@code control} into a {@link PolicySink}; one that is not a valid policy is counted and ignored. */
final class PolicyRecords implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyRecords.class);

    private final Deserializer<Policy> deserializer;
    private final PolicySink sink;
    private final Meters meters;

    PolicyRecords(Deserializer<Policy> deserializer, PolicySink sink, Meters meters) {
        this.deserializer = deserializer;
        this.sink = sink;
        this.meters = meters;
    }

    static PolicyRecords of(KafkaConnection connection, PolicySink sink, Meters meters) {
        return new PolicyRecords(connection.deserializer(connection.topics().control()), sink, meters);
    }

    void take(ConsumerRecord<byte[], byte[]> record) {
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        try {
            Policy policy = deserializer.deserialize(record.topic(), record.headers(), record.value());
            sink.take(key, policy);
            show(key, policy == null ? 0 : policy.getVersion());
        } catch (RuntimeException invalid) {
            if (FailureKind.of(invalid) == FailureKind.INFRASTRUCTURE) {
                throw invalid;
            }
            meters.count(Meter.POLICY_IGNORED);
            LOG.atWarn()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("key", key)
                    .log("ignored a record that is not a valid policy: {}", invalid.toString());
        }
    }

    @Override
    public void close() {
        deserializer.close();
    }

    private void show(String key, long version) {
        PolicyKind.ofKey(key)
                .ifPresent(kind -> meters.set(
                        Meter.POLICY_VERSION,
                        (double) version,
                        kind.id(),
                        key.substring(kind.key("").length())));
    }
}
