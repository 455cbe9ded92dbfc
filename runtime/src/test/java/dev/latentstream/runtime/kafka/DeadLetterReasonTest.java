package dev.latentstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.meters.Meters;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeadLetterReasonTest {
    static Stream<Arguments> errors() {
        RuntimeException circle = new IllegalStateException();
        circle.initCause(new IllegalArgumentException(circle));
        return Stream.of(
                Arguments.of(new SerializationException("bytes"), "undecodable"),
                Arguments.of(new RuntimeException(new BadRecordException("source")), "invalid"),
                Arguments.of(new RecordTooLargeException("large"), "too-large"),
                Arguments.of(new IllegalStateException(new ArithmeticException()), "failed"),
                Arguments.of(circle, "failed"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void isTheKindOfTheError(Throwable error, String label) {
        assertThat(DeadLetterReason.of(error).label()).isEqualTo(label);
    }

    @Test
    void aStageStartsWithACounterOfEachReason() {
        try (Meters meters = new Meters()) {
            DeadLetterReason.register(meters, "captioning");

            assertThat(meters.scrape())
                    .contains(
                            "latentstream_dlq_total{reason=\"undecodable\",stage=\"captioning\"} 0.0",
                            "latentstream_dlq_total{reason=\"invalid\",stage=\"captioning\"} 0.0",
                            "latentstream_dlq_total{reason=\"too-large\",stage=\"captioning\"} 0.0",
                            "latentstream_dlq_total{reason=\"failed\",stage=\"captioning\"} 0.0");
        }
    }
}
