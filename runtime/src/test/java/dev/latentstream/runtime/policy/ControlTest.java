package dev.latentstream.runtime.policy;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.kafka.TopicFollower;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.schemas.Policy;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Policies read from the log by followers. */
class ControlTest extends ControlFixture {
    private final PolicyTable table = new PolicyTable();
    private final Policies policies =
            Policies.over(table, follower(this::mockConsumer, PolicyRecords.of(connection, table, meters)));

    @AfterEach
    void close() {
        policies.close();
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
        Policies broken =
                Policies.over(table, follower(this::mockConsumer, new PolicyRecords(unreachable, table, meters)));

        assertThatThrownBy(broken::start).isInstanceOf(TimeoutException.class);
        assertThat(broken.failure()).isPresent();
        assertThat(meters.value(Meter.POLICY_IGNORED)).isZero();
    }

    @Test
    void aMissingTopicIsNamed() {
        Policies missing = Policies.over(
                table, follower(() -> new MockConsumer<>("earliest"), PolicyRecords.of(connection, table, meters)));

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

    private static TopicFollower follower(Supplier<Consumer<byte[], byte[]>> consumer, PolicyRecords records) {
        return new TopicFollower("control", consumer, records::take);
    }
}
