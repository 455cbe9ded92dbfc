package dev.latentstream.runtime.kafka;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The way of a record to its dead letter and back. */
class DeadLetterTest {
    private static final byte[] ANY_BYTES = {0, -1, (byte) 0xc3, 0x28, 127, -128};

    /** Binary, null, repeated, and named like those that a dead letter adds. */
    private final Headers headers = new RecordHeaders()
            .add("binary", ANY_BYTES)
            .add("twice", bytes("1"))
            .add("twice", null)
            .add("attempt", bytes("77"))
            .add("stage", ANY_BYTES)
            .add("__streams.errors.topic", bytes("elsewhere"))
            .add("", bytes("no name"));

    private final DeadLetters deadLetters = new DeadLetters("captioning");

    @Test
    void aReplayedRecordIsTheOriginalByteForByte() {
        ConsumerRecord<byte[], byte[]> original = record(ANY_BYTES, ANY_BYTES, headers);

        ProducerRecord<byte[], byte[]> replayed = letter(original).original();

        assertThat(replayed.topic()).isEqualTo("images");
        assertThat(replayed.partition()).isEqualTo(3);
        assertThat(replayed.timestamp()).isEqualTo(1_000);
        assertThat(replayed.key()).isEqualTo(ANY_BYTES);
        assertThat(replayed.value()).isEqualTo(ANY_BYTES);
        List<Header> found = List.of(replayed.headers().toArray());
        assertSame(found.subList(0, 7), List.of(headers.toArray()));
        assertThat(found).hasSize(8);
        assertThat(found.get(7).key()).isEqualTo("__latentstream.failed");
    }

    @Test
    void aRecordThatFailsAgainAndAgainKeepsItsHeadersAndItsCount() {
        ConsumerRecord<byte[], byte[]> record = record(ANY_BYTES, ANY_BYTES, headers);
        DeadLetter letter = letter(record);
        String first = letter.attempt();

        for (int i = 0; i < 3; i++) {
            ProducerRecord<byte[], byte[]> replayed = letter.original();
            record = record(replayed.key(), replayed.value(), replayed.headers());
            letter = letter(record);
        }

        assertThat(first).isEqualTo("78"); // it came with an attempt of somebody else
        assertThat(letter.attempt()).isEqualTo("81");
        assertSame(letter.headers(), List.of(headers.toArray()));
    }

    @Test
    void aRecordWithoutKeyValueAndHeadersComesBackWithoutThem() {
        DeadLetter letter = letter(record(null, null, new RecordHeaders()));

        assertThat(letter.original().key()).isNull();
        assertThat(letter.original().value()).isNull();
        assertThat(letter.headers()).isEmpty();
        assertThat(letter.stage()).isEqualTo("captioning");
        assertThat(letter.offset()).isEqualTo(42);
        assertThat(letter.exception()).isEqualTo("java.lang.IllegalStateException");
        assertThat(letter.message()).isEqualTo("no");
    }

    @Test
    void aRecordOfAnotherProgramIsNoLetter() {
        assertThat(DeadLetter.of(record(ANY_BYTES, ANY_BYTES, headers))).isEmpty();
        Headers wrong = new RecordHeaders(deadLetters
                .of(record(null, null, new RecordHeaders()), new IllegalStateException())
                .headers());
        wrong.remove("attempt");
        assertThat(DeadLetter.of(record(null, null, wrong))).isEmpty();
    }

    @Test
    void aLetterOfTheFirstVersionHasTheTimeOfItsRecord() {
        Headers before = new RecordHeaders(deadLetters
                .of(record(null, null, headers), new IllegalStateException())
                .headers());
        before.remove("timestamp");

        DeadLetter letter = DeadLetter.of(record(null, null, before)).orElseThrow();

        assertThat(letter.original().timestamp()).isEqualTo(1_000);
        assertSame(letter.headers(), List.of(headers.toArray()));
    }

    private DeadLetter letter(ConsumerRecord<byte[], byte[]> failed) {
        ProducerRecord<byte[], byte[]> letter = deadLetters.of(failed, new IllegalStateException("no"));
        return DeadLetter.of(new ConsumerRecord<>(
                        letter.topic(),
                        0,
                        7,
                        2_000,
                        TimestampType.LOG_APPEND_TIME,
                        0,
                        0,
                        letter.key(),
                        letter.value(),
                        letter.headers(),
                        Optional.empty()))
                .orElseThrow();
    }

    private static ConsumerRecord<byte[], byte[]> record(
            byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new ConsumerRecord<>(
                "images", 3, 42, 1_000, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
    }

    private static void assertSame(List<Header> found, List<Header> expected) {
        assertThat(found.stream().map(DeadLetterTest::shown).toList())
                .isEqualTo(expected.stream().map(DeadLetterTest::shown).toList());
    }

    private static String shown(Header header) {
        return header.key() + "="
                + (header.value() == null ? "null" : new String(header.value(), StandardCharsets.ISO_8859_1));
    }
}
