package dev.latentstream.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.ingest.sources.BrokenInputException;
import dev.latentstream.trainer.ledger.LostRecordsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void aFullDiskIsFoundBelowItsWrappers() {
        IOException full = new IOException("No space left on device");

        assertThat(Failures.describe(new IllegalStateException("cannot flush", new UncheckedIOException(full))))
                .isEqualTo("the disk is full (No space left on device); free some space and run this again");
    }

    @Test
    void aFullDiskIsToldOnceWithThePath() {
        IOException full = new FileSystemException("/data/step-00000010/unet.part", null, "No space left on device");

        assertThat(Failures.describe(new IllegalStateException(
                        "training failed: " + full, new UncheckedIOException(new IOException(full)))))
                .isEqualTo("the disk is full (/data/step-00000010/unet.part: No space left on device);"
                        + " free some space and run this again");
    }

    @Test
    void theDeepestCauseIsToldOnce() {
        Throwable deepest = new IllegalStateException("the store is closed");

        assertThat(Failures.describe(new KafkaException("task 0_1 failed: " + deepest, new KafkaException(deepest))))
                .isEqualTo("illegal state: the store is closed (run with --verbose for the stack trace)");
        assertThat(Failures.describe(new KafkaException("task 0_1 failed", new NullPointerException())))
                .isEqualTo("null pointer: task 0_1 failed (run with --verbose for the stack trace)");
    }

    @Test
    void aTransactionTimeoutAboveTheBrokersNamesTheSetting() {
        assertThat(Failures.describe(new KafkaException(
                        "Unexpected error in InitProducerIdResponse", new InvalidTxnTimeoutException("too large"))))
                .isEqualTo("transaction.timeout.ms is above transaction.max.timeout.ms of the Kafka broker;"
                        + " lower it under kafka.properties");
    }

    @Test
    void unreadableFileIsNamed() {
        assertThat(Failures.describe(new UncheckedIOException(new AccessDeniedException("photos"))))
                .isEqualTo("photos cannot be read or written; check its permissions");
    }

    @Test
    void missingFileIsNamed() {
        assertThat(Failures.describe(new NoSuchFileException("photos")))
                .isEqualTo("photos does not exist; check the path");
    }

    @Test
    void anUnreachableClusterHasARemedy() {
        assertThat(Failures.describe(new ExecutionException(new TimeoutException("no node\nassigned"))))
                .isEqualTo(
                        "the Kafka cluster does not answer (no node assigned); start one with `latentstream broker`, or name"
                                + " another address");
    }

    @Test
    void refusedAccessPointsAtTheSecuritySettings() {
        assertThat(Failures.describe(
                        new ExecutionException(new TopicAuthorizationException("no access to topics: [images]"))))
                .isEqualTo(
                        "the Kafka cluster refuses access (no access to topics: [images]); check the security properties"
                                + " under kafka.properties");
    }

    @Test
    void lostRecordsAreReportedWithoutTheThreadsBetween() {
        String lost =
                "the log no longer holds what this run has to read: latents-a-0: 40 records lost, offsets 0 to 39;"
                        + " it begins at 40. A new run begins with what there is.";
        IllegalStateException reading =
                new IllegalStateException("latents are no longer read: " + lost, new LostRecordsException(lost));

        assertThat(Failures.describe(new IllegalStateException("no more batches: " + reading.getMessage(), reading)))
                .isEqualTo(lost);
    }

    @Test
    void anUnexpectedFailureIsNamedByItsClass() {
        assertThat(Failures.describe(new ExecutionException(new ArrayIndexOutOfBoundsException("Index 3"))))
                .isEqualTo("array index out of bounds: Index 3 (run with --verbose for the stack trace)");
    }

    @Test
    void aSourceThatCannotBeReadSaysWhyRatherThanItsClient() {
        assertThat(Failures.describe(new BrokenInputException(
                        BrokenInputException.Extent.SOURCE,
                        "s3://photos/: the store answers 404 NoSuchBucket",
                        new IllegalStateException("Service: S3, Status Code: 404"))))
                .isEqualTo("s3://photos/: the store answers 404 NoSuchBucket");
    }

    @Test
    void messagesOfOurOwnChecksAreShown() {
        assertThat(Failures.describe(new UncheckedIOException(new IOException("weights.bin: 3 bytes are no header"))))
                .isEqualTo("weights.bin: 3 bytes are no header");
        assertThat(Failures.describe(new IllegalArgumentException("rate -1 is below 0")))
                .isEqualTo("rate -1 is below 0");
    }

    @Test
    void messagesOfALibrarysChecksAreUnexpected() {
        assertThatThrownBy(() -> Enum.valueOf(Thread.State.class, "LOST"))
                .satisfies(failure -> assertThat(Failures.describe(failure))
                        .startsWith("illegal argument: No enum constant")
                        .endsWith("(run with --verbose for the stack trace)"));
    }
}
