package dev.latentstream.runtime.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.failsafe.RetryPolicy;
import dev.latentstream.runtime.ClusterException;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Policies written to the log by writers. */
class PolicyWriterTest extends ControlFixture {
    private static final RetryPolicy<Policy> AT_ONCE =
            PolicyWriter.whenFenced().withMaxRetries(2).build();
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void theWriterIncrementsVersions() {
        write("caption/photos", policy(6, captions(3)));
        LoggedProducer producer = producer();
        PolicyWriter writer = writer(producer);

        Policy written = writer.write("photos", captions(2), "ada");

        assertThat(written).isEqualTo(new Policy(7L, "ada", NOW, captions(2), ""));
        assertThat(producer.history()).containsExactly(new ProducerRecord<>("control", "caption/photos", written));
        assertThat(producer.transactionCommitted()).isTrue();
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void theFirstVersionIsOne() {
        LoggedProducer producer = producer();

        Policy written = writer(producer)
                .write(new MixturePolicy(Map.of("a", 2.0), 1.0, 0.2, Map.of(), 0.1, Map.of(), List.of()), "ada");

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
                AT_ONCE,
                "",
                OptionalLong.empty());
        write("caption/*", policy(6, captions(3)));
        write("caption/*", policy(7, withoutAltText));

        Policy written = writer.changeCaption(
                "photos",
                policy ->
                        CaptionPolicy.newBuilder(policy).setCaptionsPerImage(9).build(),
                "ada");

        CaptionPolicy both =
                CaptionPolicy.newBuilder(withoutAltText).setCaptionsPerImage(9).build();
        assertThat(written).isEqualTo(new Policy(1L, "ada", NOW, both, ""));
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

        assertThat(written).isEqualTo(new Policy(2L, "ada", NOW, captions(9), ""));
        assertThat(producers.get(0).history()).isEmpty();
        assertThat(producers.get(0).closed()).isTrue();
        assertThat(producers.get(1).history())
                .containsExactly(new ProducerRecord<>("control", "caption/photos", written));
    }

    @Test
    void aCommitOfUnknownOutcomeIsTriedAgain() {
        LoggedProducer second = producer();

        Policy written = afterAnUnknownOutcome(second, () -> {}).write("photos", captions(2), "ada");

        assertThat(written.getVersion()).isEqualTo(1);
        assertThat(second.history()).containsExactly(new ProducerRecord<>("control", "caption/photos", written));
    }

    @Test
    void whatWasCommittedInSpiteOfAnErrorIsNotWrittenTwice() {
        LoggedProducer second = producer();
        Policy committed = new Policy(1L, "ada", NOW, captions(2), "");

        Policy written = afterAnUnknownOutcome(second, () -> {
                    log.add(record("caption/photos", committed));
                    log.add(record("caption/photos", policy(2, captions(1)))); // somebody else's
                })
                .write("photos", captions(2), "ada");

        assertThat(written).isEqualTo(committed);
        assertThat(second.history()).isEmpty();
    }

    /** Returns a writer whose first commit is answered by an unexpected error of the broker. */
    private PolicyWriter afterAnUnknownOutcome(LoggedProducer second, Runnable meanwhile) {
        LoggedProducer first = producer();
        first.commitTransactionException = new KafkaException("Unhandled error in EndTxnResponse");
        Iterator<LoggedProducer> attempts = List.of(first, second).iterator();
        return new PolicyWriter(
                "control",
                attempts::next,
                read -> {
                    if (!attempts.hasNext()) {
                        meanwhile.run();
                    }
                    return log(read);
                },
                Clock.fixed(NOW, ZoneOffset.UTC),
                AT_ONCE,
                "",
                OptionalLong.empty());
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

    @Test
    void aReasonIsRecordedWithThePolicy() {
        Policy written = writer(producer()).because("too few nouns").write("photos", captions(2), "ada");

        assertThat(written.getReason()).isEqualTo("too few nouns");
    }

    @Test
    void anExpectedVersionIsReplaced() {
        write("caption/photos", policy(6, captions(3)));

        Policy written = writer(producer()).expecting(6).write("photos", captions(2), "ada");

        assertThat(written.getVersion()).isEqualTo(7);
    }

    @Test
    void theBuiltInPolicyIsExpectedAsVersionZero() {
        write("caption/*", policy(6, captions(3)));

        Policy written = writer(producer()).expecting(0).write("photos", captions(2), "ada");

        assertThat(written.getVersion()).isEqualTo(1);
    }

    @Test
    void nothingIsWrittenOverAnotherVersionThanTheExpectedOne() {
        write("caption/photos", policy(6, captions(3)));
        LoggedProducer producer = producer();

        assertThatThrownBy(() -> writer(producer).expecting(5).write("photos", captions(2), "ada"))
                .isInstanceOf(PolicyConflictException.class)
                .hasMessage(
                        "policy caption/photos was not written: its newest version is 6 (ada, 1970-01-01T00:00:00Z),"
                                + " not 5 as expected");
        assertThat(producer.history()).isEmpty();
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void aWriterThatExpectsAVersionYieldsToTheOneThatFencedIt() {
        List<LoggedProducer> producers = List.of(producer(), producer());
        PolicyWriter writer = fencedBeforeTheLast(producers).expecting(0);

        assertThatThrownBy(() -> writer.write("photos", captions(2), "ada"))
                .isInstanceOf(PolicyConflictException.class)
                .hasMessageContaining("its newest version is 1 (ada, ");
        assertThat(producers)
                .allSatisfy(producer -> assertThat(producer.history()).isEmpty());
    }

    @Test
    void theVersionOfARemovedPolicyIsNotGivenAgain() {
        write("caption/photos", policy(6, captions(3)));
        write("caption/photos", null);

        assertThat(writer(producer()).write("photos", captions(2), "ada").getVersion())
                .isEqualTo(7);
    }

    /** Returns a writer of which another one fences each attempt but the last, and changes the policy of photos. */
    private PolicyWriter fencedBeforeTheLast(List<LoggedProducer> producers) {
        Iterator<LoggedProducer> attempts = producers.iterator();
        List<LoggedProducer> begun = new ArrayList<>();
        return new PolicyWriter(
                "control",
                () -> {
                    begun.add(attempts.next());
                    return begun.get(begun.size() - 1);
                },
                read -> {
                    PolicyLog opened = log(read);
                    if (attempts.hasNext()) {
                        begun.get(begun.size() - 1).fenceProducer(); // another writer starts while this one reads
                        log.add(record("caption/photos", policy(log.size() + 1, captions(1))));
                    }
                    return opened;
                },
                Clock.fixed(NOW, ZoneOffset.UTC),
                AT_ONCE,
                "",
                OptionalLong.empty());
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
                AT_ONCE,
                "",
                OptionalLong.empty());

        Policy written = writer.write("photos", captions(2), "ada");

        assertThat(events).containsExactly("visible");
        assertThat(written.getVersion()).isEqualTo(1);
    }

    private PolicyWriter writer(LoggedProducer producer) {
        return new PolicyWriter(
                "control",
                () -> producer,
                this::log,
                Clock.fixed(NOW, ZoneOffset.UTC),
                AT_ONCE,
                "",
                OptionalLong.empty());
    }

    private LoggedProducer producer() {
        return new LoggedProducer();
    }

    /** A producer whose committed records are in the log, like those of a broker. */
    final class LoggedProducer extends MockProducer<String, Policy> {
        Runnable onCommit = () -> {};

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
}
