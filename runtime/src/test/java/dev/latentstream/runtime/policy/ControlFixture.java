package dev.latentstream.runtime.policy;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.DensityLevel;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.TestRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The topic {@code control} in memory, with consumers that read it and producers whose committed records are in it. */
abstract class ControlFixture {
    private static final TopicPartition CONTROL = new TopicPartition("control", 0);

    final TestRegistry registry = TestRegistry.start();
    final KafkaConnection connection = new KafkaConnection(new KafkaSettings().at("127.0.0.1:9092", registry.url()));
    final Meters meters = new Meters();
    final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();

    @Nullable MockConsumer<byte[], byte[]> consumer;

    @AfterEach
    void closeFixture() {
        registry.close();
        meters.close();
    }

    PolicyLog log(PolicySink into) {
        return new PolicyLog("control", mockConsumer(), PolicyRecords.of(connection, into, meters));
    }

    MockConsumer<byte[], byte[]> mockConsumer() {
        MockConsumer<byte[], byte[]> made = new MockConsumer<>("earliest");
        made.updatePartitions(
                "control", List.of(new PartitionInfo("control", 0, Node.noNode(), new Node[0], new Node[0])));
        made.updateBeginningOffsets(Map.of(CONTROL, 0L));
        made.updateEndOffsets(Map.of(CONTROL, (long) log.size()));
        List<ConsumerRecord<byte[], byte[]>> now = List.copyOf(log);
        made.schedulePollTask(() -> now.forEach(made::addRecord));
        consumer = made;
        return made;
    }

    ConsumerRecord<byte[], byte[]> record(String key, @Nullable Policy policy) {
        byte[] value = connection.serializer(connection.topics().control()).serialize("control", policy);
        return new ConsumerRecord<>("control", 0, log.size(), bytes(key), value);
    }

    void write(String key, @Nullable Policy policy) {
        ConsumerRecord<byte[], byte[]> record = record(key, policy);
        log.add(record);
        if (consumer != null) {
            consumer.addRecord(record);
        }
    }

    static Policy policy(long version, Object body) {
        return new Policy(version, "ada", Instant.EPOCH, body, "");
    }

    static CaptionPolicy captions(int perImage) {
        return new CaptionPolicy(perImage, List.of(new DensityLevel("dense", 1.0)), true);
    }
}
