package dev.latentstream.runtime.policy;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.failsafe.RetryPolicy;
import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.DensityLevel;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.TestRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Policies read from the log by followers, and written to the log by writers. */
class ControlTest {
    private static final TopicPartition CONTROL = new TopicPartition("control", 0);
    private static final RetryPolicy<Policy> AT_ONCE =
            PolicyWriter.whenFenced().withMaxRetries(2).build();
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final TestRegistry registry = TestRegistry.start();
    private final KafkaConnection connection =
            new KafkaConnection(new KafkaSettings().at("127.0.0.1:9092", registry.url()));
    private final Meters meters = new Meters();
    private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
    private final PolicyTable table = new PolicyTable();
    private final Policies policies = Policies.over(table, followerOf(this::open));
    private @Nullable MockConsumer<byte[], byte[]> consumer;

    @AfterEach
    void close() {
        policies.close();
        registry.close();
        meters.close();
    }

    @Test
    void returnsPoliciesOnceTheLogHasBeenReadToItsEnd() {
        write("caption/*", policy(1, captions(3)));
        write("caption/*", policy(2, captions(4)));

        assertThatThrownBy(() -> policies.caption("photos"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("start them first");
        policies.start();

        assertThat(policies.caption("photos").version()).isEqualTo(2);
        assertThat(policies.caption("photos").policy().getCaptionsPerImage()).isEqualTo(4);
        assertThat(meters.value(Meter.POLICY_VERSION, "caption", "*")).isEqualTo(2);
    }

    @Test
    void aSourcesPolicyPrecedesTheOneForAllAndThatTheBuiltInOne() {
        write("caption/*", policy(7, captions(7)));
        write("caption/photos", policy(2, captions(2)));
        policies.start();

        assertThat(policies.caption("photos").version()).isEqualTo(2);
        assertThat(policies.caption("scenes").version()).isEqualTo(7);
        assertThat(policies.filter("photos")).isEqualTo(new VersionedPolicy<>(0, PolicyRules.builtInFilter()));
        assertThat(policies.mixture()).isEqualTo(new VersionedPolicy<>(0, PolicyRules.builtInMixture()));
    }

    @Test
    void followsLaterRecords() {
        policies.start();
        assertThat(policies.caption("photos").version()).isZero();

        write("caption/photos", policy(1, captions(9)));
        Awaitility.await().until(() -> policies.caption("photos").version() == 1);

        write("caption/photos", null);
        Awaitility.await().until(() -> policies.caption("photos").version() == 0);
    }

    @Test
    void ignoresAndCountsInvalidPolicies() {
        write("caption/*", policy(1, captions(3)));
        log.add(new ConsumerRecord<>("control", 0, 1, bytes("caption/*"), bytes("no Avro")));
        write("caption/*", policy(3, captions(0)));
        write("nonsense", policy(1, captions(3)));
        write("filter/*", policy(1, captions(3)));
        log.add(new ConsumerRecord<>("control", 0, 5, null, null));
        policies.start();

        assertThat(policies.caption("photos").version()).isEqualTo(1);
        assertThat(policies.filter("photos").version()).isZero();
        assertThat(meters.value(Meter.POLICY_IGNORED)).isEqualTo(4);
        assertThat(policies.all()).containsOnlyKeys("caption/*");
    }

    @Test
    void anUnreachableRegistryIsAFailureAndNotAnInvalidPolicy() {
        write("caption/*", policy(1, captions(3)));
        Deserializer<Policy> unreachable = (topic, bytes) -> {
            throw new TimeoutException("registry");
        };
        Policies broken = Policies.over(
                table, followerOf(() -> new PolicyLog("control", mockConsumer(), unreachable, table, meters)));

        assertThatThrownBy(broken::start).isInstanceOf(TimeoutException.class);
        assertThat(broken.failure()).isPresent();
        assertThat(meters.value(Meter.POLICY_IGNORED)).isZero();
    }

    @Test
    void aMissingTopicIsNamed() {
        Policies missing = Policies.over(
                table,
                followerOf(() -> new PolicyLog(
                        "control",
                        new MockConsumer<>("earliest"),
                        connection.deserializer(connection.topics().control()),
                        table,
                        meters)));

        assertThatThrownBy(missing::start)
                .isInstanceOf(ClusterException.class)
                .hasMessage("topic control does not exist");
    }

    @Test
    void fixedPoliciesNeedNoCluster() {
        Policies fixed = Policies.fixed(Map.of("caption/photos", policy(4, captions(2))));

        assertThat(fixed.caption("photos").version()).isEqualTo(4);
        assertThat(fixed.caption("scenes").version()).isZero();
        assertThatThrownBy(() -> Policies.fixed(Map.of("caption/photos", policy(4, captions(0)))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theWriterIncrementsVersions() {
        write("caption/photos", policy(6, captions(3)));
        LoggedProducer producer = producer();
        PolicyWriter writer = writer(producer);

        Policy written = writer.write("photos", captions(2), "ada");

        assertThat(written).isEqualTo(new Policy(7L, "ada", NOW, captions(2)));
        assertThat(producer.history()).containsExactly(new ProducerRecord<>("control", "caption/photos", written));
        assertThat(producer.transactionCommitted()).isTrue();
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void theFirstVersionIsOne() {
        LoggedProducer producer = producer();

        Policy written = writer(producer).write(new MixturePolicy(Map.of("a", 2.0), 1.0, 0.2, Map.of(), 0.1), "ada");

        assertThat(written.getVersion()).isEqualTo(1);
        assertThat(producer.history().get(0).key()).isEqualTo("mixture/*");
    }

    @Test
    void theWriterRefusesPoliciesThatReadersWouldIgnore() {
        LoggedProducer producer = producer();

        assertThatThrownBy(() -> writer(producer).write("photos", captions(0), "ada"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("captions_per_image 0 is not between 1 and 64");
        assertThatThrownBy(() -> writer(producer).write("", captions(1), "ada")).hasMessage("scope is empty");
        assertThatThrownBy(() -> writer(producer).write("photos", captions(1), " "))
                .hasMessage("author is empty");
        assertThat(producer.transactionInitialized()).isFalse();
    }

    @Test
    void aChangeStartsFromTheLatestVersion() {
        CaptionPolicy withoutAltText =
                CaptionPolicy.newBuilder(captions(3)).setKeepAltText(false).build();
        LoggedProducer producer = producer();
        PolicyWriter writer = new PolicyWriter(
                "control",
                () -> producer,
                read -> {
                    assertThat(producer.transactionInitialized())
                            .as("others are shut out")
                            .isTrue();
                    return log(read);
                },
                Clock.fixed(NOW, ZoneOffset.UTC),
                AT_ONCE);
        write("caption/*", policy(6, captions(3)));
        write("caption/*", policy(7, withoutAltText));

        Policy written = writer.changeCaption(
                "photos",
                policy ->
                        CaptionPolicy.newBuilder(policy).setCaptionsPerImage(9).build(),
                "ada");

        CaptionPolicy both =
                CaptionPolicy.newBuilder(withoutAltText).setCaptionsPerImage(9).build();
        assertThat(written).isEqualTo(new Policy(1L, "ada", NOW, both));
        assertThat(producer.history()).containsExactly(new ProducerRecord<>("control", "caption/photos", written));
    }

    @Test
    void aChangeToAPolicyThatReadersWouldIgnoreIsNotWritten() {
        LoggedProducer producer = producer();

        assertThatThrownBy(() -> writer(producer)
                        .changeMixture(
                                mixture -> MixturePolicy.newBuilder(mixture)
                                        .setCaptionDrop(2)
                                        .build(),
                                "ada"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("caption_drop 2.0");
        assertThat(producer.history()).isEmpty();
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void aFencedWriterStartsAgainFromTheChangeThatFencedIt() {
        List<LoggedProducer> producers = List.of(producer(), producer());
        PolicyWriter writer = fencedBeforeTheLast(producers);

        Policy written = writer.changeCaption(
                "photos",
                policy ->
                        CaptionPolicy.newBuilder(policy).setCaptionsPerImage(9).build(),
                "ada");

        assertThat(written).isEqualTo(new Policy(2L, "ada", NOW, captions(9)));
        assertThat(producers.get(0).history()).isEmpty();
        assertThat(producers.get(0).closed()).isTrue();
        assertThat(producers.get(1).history())
                .containsExactly(new ProducerRecord<>("control", "caption/photos", written));
    }

    @Test
    void aWriterThatIsAlwaysFencedReportsTheOthers() {
        List<LoggedProducer> producers = List.of(producer(), producer(), producer(), producer());
        PolicyWriter writer = fencedBeforeTheLast(producers);

        assertThatThrownBy(() -> writer.write("photos", captions(2), "ada"))
                .isInstanceOf(ClusterException.class)
                .hasMessage("policy caption/photos was not written, because others changed policies all the time:"
                        + " check it and try again");
        assertThat(producers)
                .allSatisfy(producer -> assertThat(producer.history()).isEmpty());
    }

    /** Returns a writer of which another one fences each attempt but the last, and changes the policy of photos. */
    private PolicyWriter fencedBeforeTheLast(List<LoggedProducer> producers) {
        Iterator<LoggedProducer> attempts = producers.iterator();
        AtomicReference<LoggedProducer> current = new AtomicReference<>();
        return new PolicyWriter(
                "control",
                () -> {
                    current.set(attempts.next());
                    return current.get();
                },
                read -> {
                    PolicyLog opened = log(read);
                    if (attempts.hasNext()) {
                        current.get().fenceProducer(); // another writer starts while this one reads
                        log.add(record("caption/photos", policy(log.size() + 1, captions(1))));
                    }
                    return opened;
                },
                Clock.fixed(NOW, ZoneOffset.UTC),
                AT_ONCE);
    }

    @Test
    void aPolicyIsReturnedOnceReadersSeeIt() {
        List<String> events = new ArrayList<>();
        LoggedProducer producer = producer();
        PolicyWriter writer = new PolicyWriter(
                "control",
                () -> producer,
                read -> {
                    PolicyLog opened = log(read);
                    MockConsumer<byte[], byte[]> reader = Objects.requireNonNull(consumer);
                    consumer = null; // the record becomes visible only later
                    producer.onCommit = () -> reader.schedulePollTask(() -> reader.schedulePollTask(() -> {
                        events.add("visible");
                        reader.addRecord(log.get(0));
                    }));
                    return opened;
                },
                Clock.fixed(NOW, ZoneOffset.UTC),
                AT_ONCE);

        Policy written = writer.write("photos", captions(2), "ada");

        assertThat(events).containsExactly("visible");
        assertThat(written.getVersion()).isEqualTo(1);
    }

    private PolicyWriter writer(LoggedProducer producer) {
        return new PolicyWriter("control", () -> producer, this::log, Clock.fixed(NOW, ZoneOffset.UTC), AT_ONCE);
    }

    private LoggedProducer producer() {
        return new LoggedProducer();
    }

    /** A producer whose committed records are in the log, like those of a broker. */
    private final class LoggedProducer extends MockProducer<String, Policy> {
        private Runnable onCommit = () -> {};

        LoggedProducer() {
            super(
                    true,
                    null,
                    new StringSerializer(),
                    connection.serializer(connection.topics().control()));
        }

        @Override
        public void commitTransaction() {
            super.commitTransaction();
            history().forEach(sent -> write(sent.key(), sent.value()));
            onCommit.run();
        }
    }

    private static PolicyFollower followerOf(Supplier<PolicyLog> open) {
        return new PolicyFollower(open, System::nanoTime);
    }

    private PolicyLog open() {
        return log(table);
    }

    private PolicyLog log(PolicyTable into) {
        return new PolicyLog(
                "control",
                mockConsumer(),
                connection.deserializer(connection.topics().control()),
                into,
                meters);
    }

    private MockConsumer<byte[], byte[]> mockConsumer() {
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

    private ConsumerRecord<byte[], byte[]> record(String key, @Nullable Policy policy) {
        byte[] value = connection.serializer(connection.topics().control()).serialize("control", policy);
        return new ConsumerRecord<>("control", 0, log.size(), bytes(key), value);
    }

    private void write(String key, @Nullable Policy policy) {
        ConsumerRecord<byte[], byte[]> record = record(key, policy);
        log.add(record);
        if (consumer != null) {
            consumer.addRecord(record);
        }
    }

    private static Policy policy(long version, Object body) {
        return new Policy(version, "ada", Instant.EPOCH, body);
    }

    private static CaptionPolicy captions(int perImage) {
        return new CaptionPolicy(perImage, List.of(new DensityLevel("dense", 1.0)), true);
    }
}
