package dev.latentstream.runtime.kafka;

import static dev.latentstream.runtime.batch.FakeCluster.bytes;
import static dev.latentstream.runtime.batch.FakeCluster.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.internals.ExceptionHandlerUtils;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private final DeadLetters deadLetters = new DeadLetters("captioning");
    private final Headers headers = new RecordHeaders()
            .add("source", bytes("photos"))
            .add("twice", bytes("1"))
            .add("twice", null);

    @Test
    void isTheLetterThatKafkaStreamsWrites() {
        Exception error = new IllegalStateException("no");
        error.setStackTrace(
                new StackTraceElement[] {new StackTraceElement("Captioner", "caption", "Captioner.java", 7)});

        ProducerRecord<byte[], byte[]> ours = deadLetters.of(record(headers), error);
        ProducerRecord<byte[], byte[]> theirs = ExceptionHandlerUtils.maybeBuildDeadLetterQueueRecords(
                        "images-dlq", bytes("key"), bytes("value"), new Context(headers), error)
                .get(0);

        assertThat(ours.topic()).isEqualTo(theirs.topic());
        assertThat(ours.key()).isEqualTo(theirs.key());
        assertThat(ours.value()).isEqualTo(theirs.value());
        assertThat(ours.timestamp()).isEqualTo(theirs.timestamp());
        assertThat(list(ours.headers())).startsWith(list(theirs.headers()).toArray(Header[]::new));
        assertThat(list(ours.headers()).stream().skip(9).map(Header::key))
                .containsExactly("stage", "attempt", "timestamp");
    }

    @Test
    void countsAttemptsWhenALetterIsReplayed() {
        ProducerRecord<byte[], byte[]> first = deadLetters.of(record(headers), new IllegalStateException("no"));
        ProducerRecord<byte[], byte[]> second =
                deadLetters.of(record(first.headers()), new IllegalStateException("no"));

        assertThat(text(first.headers().lastHeader("attempt").value())).isEqualTo("1");
        assertThat(text(second.headers().lastHeader("attempt").value())).isEqualTo("2");
    }

    @Test
    void leavesTheHeadersOfTheRecordAlone() {
        deadLetters.of(record(headers), new IllegalStateException("no"));

        assertThat(list(headers)).hasSize(3);
    }

    @Test
    void boundsTheStackTrace() {
        Throwable deep = new IllegalStateException("x".repeat(100_000));

        ProducerRecord<byte[], byte[]> letter = deadLetters.of(record(headers), deep);

        long size = list(letter.headers()).stream()
                .mapToLong(header -> header.value() == null ? 0 : header.value().length)
                .sum();
        assertThat(size).isLessThan(TopicSpec.LETTER_HEADERS);
    }

    @Test
    void takesRecordsWithoutKeyValueMessageOrTime() {
        ConsumerRecord<byte[], byte[]> bare = new ConsumerRecord<>("images", 0, 0, null, null);

        ProducerRecord<byte[], byte[]> letter = deadLetters.of(bare, new IllegalStateException());

        assertThat(letter.key()).isNull();
        assertThat(letter.value()).isNull();
        assertThat(letter.timestamp()).isNull();
        assertThat(text(letter.headers().lastHeader(DeadLetters.MESSAGE).value()))
                .isEmpty();
    }

    private static ConsumerRecord<byte[], byte[]> record(Headers headers) {
        return new ConsumerRecord<>(
                "images",
                3,
                42,
                1_000,
                TimestampType.CREATE_TIME,
                3,
                5,
                bytes("key"),
                bytes("value"),
                headers,
                Optional.empty());
    }

    private static List<Header> list(Headers headers) {
        List<Header> list = new ArrayList<>();
        headers.forEach(list::add);
        return list;
    }

    private record Context(Headers headers) implements ErrorHandlerContext {
        @Override
        public String topic() {
            return "images";
        }

        @Override
        public int partition() {
            return 3;
        }

        @Override
        public long offset() {
            return 42;
        }

        @Override
        public String processorNodeId() {
            return "node";
        }

        @Override
        public TaskId taskId() {
            return new TaskId(0, 3);
        }

        @Override
        public long timestamp() {
            return 1_000;
        }

        @Override
        public byte[] sourceRawKey() {
            return bytes("key");
        }

        @Override
        public byte[] sourceRawValue() {
            return bytes("value");
        }
    }
}
