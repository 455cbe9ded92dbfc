package dev.latentstream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class FailureWordsTest {
    @Test
    void theMessageIsTakenFromTheNearestFailureThatHasOne() {
        assertThat(FailureWords.describe(new IOException("the disk is gone"))).isEqualTo("the disk is gone");
        assertThat(FailureWords.describe(new UncheckedIOException(new IOException("the disk is gone"))))
                .isEqualTo("the disk is gone");
        assertThat(FailureWords.describe(new KafkaException(new EOFException())))
                .isEqualTo("eof");
    }

    @Test
    void theKindIsInWords() {
        assertThat(FailureWords.kind(new OutOfMemoryError())).isEqualTo("out of memory");
        assertThat(FailureWords.kind(new IOException())).isEqualTo("io");
        assertThat(FailureWords.kind(new Exception())).isEqualTo("unknown failure");
    }
}
