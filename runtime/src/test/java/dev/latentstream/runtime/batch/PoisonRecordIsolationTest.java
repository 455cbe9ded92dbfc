package dev.latentstream.runtime.batch;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static dev.latentstream.runtime.batch.FakeCluster.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.batch.PoisonRecordIsolation.Result;
import dev.latentstream.runtime.kafka.DeadLetterReason;
import dev.latentstream.runtime.kafka.DeadLetters;
import dev.latentstream.runtime.kafka.ErrorsTolerance;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.TestRegistry;
import dev.latentstream.schemas.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoisonRecordIsolationTest {
    private static final Topic<Removal> IN = new Topic<>("in", Removal.class, Topic.Retention.DAYS, false, Map.of());
    private static final Topic<Removal> OUT =
            new Topic<>("out", Removal.class, Topic.Retention.DAYS, false, Map.of("max.message.bytes", "2000"));

    private final TestRegistry registry = TestRegistry.start();
    private final KafkaConnection connection =
            new KafkaConnection(new KafkaSettings().at("127.0.0.1:9092", registry.url()));
    private final Serializer<Removal> serializer = connection.serializer(IN);
    private final Deserializer<Removal> deserializer = connection.deserializer(OUT);
    private final List<List<String>> calls = new ArrayList<>();
    private long offset;

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void aGoodBatchIsOneCall() {
        Result result = isolation(3).work(List.of(record("a", "x"), record("b", "y")));

        assertThat(calls).containsExactly(List.of("a", "b"));
        assertThat(values(result)).containsExactly("x", "y");
        assertThat(result.letters()).isEmpty();
    }

    @Test
    void thePoisonRecordAloneBecomesADeadLetter() {
        ConsumerRecord<byte[], byte[]> poison = record("b", "poison");
        poison.headers().add("source", bytes("photos"));

        Result result = isolation(3).work(List.of(record("a", "x"), poison, record("c", "z")));

        assertThat(calls).containsExactly(List.of("a", "b", "c"), List.of("a"), List.of("b"), List.of("c"));
        assertThat(values(result)).containsExactly("x", "z");
        assertThat(result.letters()).hasSize(1);
        ProducerRecord<byte[], byte[]> letter = result.letters().get(0).record();
        assertThat(letter.topic()).isEqualTo("in-dlq");
        assertThat(letter.key()).isSameAs(poison.key());
        assertThat(letter.value()).isSameAs(poison.value());
        assertThat(header(letter, "source")).isEqualTo("photos");
        assertThat(header(letter, "__streams.errors.exception")).isEqualTo("java.lang.IllegalStateException");
        assertThat(header(letter, "__streams.errors.offset")).isEqualTo("0");
        assertThat(header(letter, "stage")).isEqualTo("captioning");
        assertThat(result.letters().get(0).reason()).isEqualTo(DeadLetterReason.FAILED);
    }

    @Test
    void undecodableRecordsNeverReachTheProcessor() {
        ConsumerRecord<byte[], byte[]> truncated = new ConsumerRecord<>("in", 0, 8, bytes("b"), new byte[] {0, 0, 0});
        ConsumerRecord<byte[], byte[]> keyless = new ConsumerRecord<>("in", 0, 9, null, bytes("?"));

        Result result = isolation(3).work(List.of(record("a", "x"), truncated, keyless));

        assertThat(calls).containsExactly(List.of("a"));
        assertThat(result.letters()).hasSize(2);
        assertThat(result.letters().get(0).record().value()).isSameAs(truncated.value());
        assertThat(result.letters().get(1).record().key()).isNull();
        assertThat(header(result.letters().get(1).record(), "__streams.errors.message"))
                .isEqualTo("the record has no key; the key must be the image id");
    }

    @Test
    void tombstonesReachTheProcessor() {
        Result result =
                isolation(3).work(List.of(new ConsumerRecord<>("in", 0, 0, bytes("gone"), null), record("a", "x")));

        assertThat(calls).containsExactly(List.of("gone", "a"));
        assertThat(result.outputs().get(0).key()).isEqualTo(bytes("gone"));
        assertThat(result.outputs().get(0).value()).isNull();
    }

    @Test
    void anOutputThatIsTooLargeMakesADeadLetterOfItsRecord() {
        Result result = isolation(3).work(List.of(record("a", "x"), record("b", "y".repeat(2000)), record("c", "z")));

        assertThat(values(result)).containsExactly("x", "z");
        assertThat(header(result.letters().get(0).record(), "__streams.errors.message"))
                .matches("a record for out of 2\\d\\d\\d bytes is above max.message.bytes 2000");
    }

    @Test
    void tooManyConsecutiveFailuresAreADefectThatIsReportedWithTheirLetters() {
        PoisonRecordIsolation<Removal> isolation = isolation(3);
        assertThat(isolation.work(List.of(record("a", "poison"))).defect()).isEmpty();
        assertThat(isolation.work(List.of(record("b", "poison"))).defect()).isEmpty();

        Result last = isolation.work(List.of(record("c", "poison"), record("d", "poison")));

        assertThat(last.letters()).hasSize(2);
        assertThat(last.defect().orElseThrow())
                .hasMessage("3 records in a row failed alike (illegal state), the last at in-0 offset 2: "
                        + "cannot take poison");
    }

    @Test
    void underNoToleranceTheFirstRecordThatFailsStopsTheStage() {
        PoisonRecordIsolation<Removal> isolation = isolation(ErrorsTolerance.NONE, 3);

        assertThatThrownBy(() -> isolation.work(List.of(record("a", "x"), record("b", "bad"))))
                .isInstanceOf(InfrastructureException.class)
                .hasMessage("in-0 offset 1 failed, and errors-tolerance is none: cannot take this");
    }

    @Test
    void underFullToleranceNoNumberOfFailuresIsADefect() {
        PoisonRecordIsolation<Removal> isolation = isolation(ErrorsTolerance.ALL, 3);

        for (int i = 0; i < 30; i++) {
            Result result = isolation.work(List.of(record("a" + i, "poison")));

            assertThat(result.letters()).hasSize(1);
            assertThat(result.defect()).isEmpty();
        }
    }

    @Test
    void recordsThatAreAtFaultAreSetAsideForAsLongAsTheyLast() {
        PoisonRecordIsolation<Removal> isolation = isolation(3);

        for (int i = 0; i < 300; i++) {
            ConsumerRecord<byte[], byte[]> foreign =
                    new ConsumerRecord<>("in", 0, offset++, bytes("b"), bytes("{\"url\": \"http://example.org\"}"));
            Result result = isolation.work(List.of(foreign, record("b", "bad"), record("c", "y".repeat(2000))));
            assertThat(result.defect()).isEmpty();
            assertThat(result.letters())
                    .extracting(Result.Letter::reason)
                    .containsExactly(
                            DeadLetterReason.UNDECODABLE, DeadLetterReason.INVALID, DeadLetterReason.TOO_LARGE);
        }
        assertThat(isolation.work(List.of(record("a", "x"))).outputs()).hasSize(1);
    }

    @Test
    void aSuccessResetsTheCount() {
        PoisonRecordIsolation<Removal> isolation = isolation(3);

        for (int i = 0; i < 5; i++) {
            assertThat(isolation
                            .work(List.of(record("a", "poison"), record("b", "poison"), record("c", "x")))
                            .letters())
                    .hasSize(2);
        }
    }

    @Test
    void anInfrastructureFailureMakesNoDeadLetters() {
        assertThatThrownBy(() -> isolation(9).work(List.of(record("a", "x"), record("b", "world"))))
                .isInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> isolation(9).work(List.of(record("a", "x"), record("b", "error"))))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(calls).hasSize(2);
    }

    @Test
    void aSecondReaderLeavesFailedRecordsOut() {
        ConsumerRecord<byte[], byte[]> undecodable = new ConsumerRecord<>("in", 0, 7, bytes("c"), bytes("hello"));

        Result result = isolation(FailedRecords.LEFT_OUT, ErrorsTolerance.DATA, 3)
                .work(List.of(record("a", "x"), record("b", "bad"), undecodable));

        assertThat(values(result)).containsExactly("x");
        assertThat(result.letters()).isEmpty();
    }

    @Test
    void anUnreachableRegistryMakesNoDeadLetters() {
        Deserializer<Removal> unreachable = (topic, bytes) -> {
            throw new TimeoutException("registry");
        };
        PoisonRecordIsolation<Removal> isolation = new PoisonRecordIsolation<>(
                unreachable,
                batch -> List.of(),
                new OutputEncoder(connection),
                new DeadLetters("captioning"),
                FailedRecords.DEAD_LETTERS,
                ErrorsTolerance.DATA,
                3);

        assertThatThrownBy(() -> isolation.work(List.of(record("a", "x"))))
                .isInstanceOf(InfrastructureException.class)
                .hasMessage("in-0 offset 0 cannot be decoded: registry");
    }

    @Test
    void aSchemaThatTheRegistryDoesNotKnowStopsTheStageAndSetsNothingAside() {
        ConsumerRecord<byte[], byte[]> sound = record("a", "x");
        byte[] unknown = sound.value().clone();
        unknown[4] = 99;

        assertThatThrownBy(() -> isolation(3).work(List.of(new ConsumerRecord<>("in", 0, 7, bytes("b"), unknown))))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageStartingWith("in-0 offset 7 cannot be decoded: topic in: ")
                .hasMessageContaining("Schema 99 not found");
    }

    private PoisonRecordIsolation<Removal> isolation(int failuresInARow) {
        return isolation(ErrorsTolerance.DATA, failuresInARow);
    }

    private PoisonRecordIsolation<Removal> isolation(ErrorsTolerance tolerance, int failuresInARow) {
        return isolation(FailedRecords.DEAD_LETTERS, tolerance, failuresInARow);
    }

    private PoisonRecordIsolation<Removal> isolation(
            FailedRecords failed, ErrorsTolerance tolerance, int failuresInARow) {
        return new PoisonRecordIsolation<>(
                connection.deserializer(IN),
                this::copy,
                new OutputEncoder(connection),
                new DeadLetters("captioning"),
                failed,
                tolerance,
                failuresInARow);
    }

    private List<OutputRecord<?>> copy(List<InputRecord<Removal>> batch) {
        calls.add(batch.stream().map(InputRecord::key).toList());
        List<OutputRecord<?>> outputs = new ArrayList<>();
        for (InputRecord<Removal> received : batch) {
            Removal value = received.value();
            switch (value == null ? "" : value.getReason()) {
                case "bad" -> throw new BadRecordException("cannot take this");
                case "poison" -> throw new IllegalStateException("cannot take poison");
                case "world" -> throw new TimeoutException("endpoint");
                case "error" -> throw new OutOfMemoryError("device");
                default -> outputs.add(new OutputRecord<>(OUT, received.key(), value, new RecordHeaders()));
            }
        }
        return outputs;
    }

    private ConsumerRecord<byte[], byte[]> record(String key, String reason) {
        byte[] value = serializer.serialize("in", new Removal(reason, "ada", Instant.EPOCH));
        return new ConsumerRecord<>("in", 0, offset++, bytes(key), value);
    }

    private List<String> values(Result result) {
        return result.outputs().stream()
                .map(output -> deserializer.deserialize("out", output.value()).getReason())
                .toList();
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return text(record.headers().lastHeader(name).value());
    }
}
