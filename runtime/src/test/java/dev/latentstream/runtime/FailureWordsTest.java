package dev.latentstream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
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
    void theKindFollowsAMessageThatIsOnlyAName() {
        assertThat(FailureWords.describe(new AccessDeniedException("/data/my state")))
                .isEqualTo("/data/my state: access denied");
        assertThat(FailureWords.describe(new FileSystemException("/data", null, "No space left on device")))
                .isEqualTo("/data: No space left on device");
        assertThat(FailureWords.describe(new UnknownHostException("broker.example")))
                .isEqualTo("broker.example: unknown host");
    }

    @Test
    void theKindIsInWords() {
        assertThat(FailureWords.kind(new OutOfMemoryError())).isEqualTo("out of memory");
        assertThat(FailureWords.kind(new IOException())).isEqualTo("io");
        assertThat(FailureWords.kind(new Exception())).isEqualTo("unknown failure");
    }
}
