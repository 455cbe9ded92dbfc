package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Decoded;
import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.runtime.AttemptLog;
import dev.latentstream.schemas.RejectionReason;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * Records, in files that outlive the process, which image is being decoded, and which images the process died of: an image that ended
 * it twice is not decoded a third time. An abandoned decoding counts like a death. Not thread-safe.
 *
 * <p>The state stores of the stage would not keep it, since they are part of its transaction. An image that was being decoded when the
 * process died is decoded alone the next time, so that a second death has no other cause.
 */
final class Attempts {
    /** Failures after which an image is set aside. */
    static final int MAX_FAILURES = 2;

    private final DecoderThreads threads;
    private final AttemptLog log;

    private Attempts(DecoderThreads threads, AttemptLog log) {
        this.threads = threads;
        this.log = log;
    }

    /**
     * Opens the record of one task, and adds the image that was being decoded when its last process died.
     *
     * @param folder created if it is missing
     * @param task part of the file names
     */
    static Attempts open(Path folder, String task, DecoderThreads threads) {
        return new Attempts(threads, AttemptLog.open(folder, task, 1));
    }

    /** Decodes an image, unless that has failed too often before. */
    Decoded attempt(String imageId, Supplier<Decoded> decoding) {
        int failed = log.failures(imageId);
        if (failed >= MAX_FAILURES) {
            return new Refused(new Refusal(
                    RejectionReason.CRASHED,
                    "%d failed attempts".formatted(failed),
                    "%d".formatted(MAX_FAILURES - 1),
                    "decoding it ended the process or its time each time; it is not tried again"));
        }
        Decoded decoded = failed > 0
                ? threads.alone(() -> recorded(imageId, decoding))
                : threads.together(() -> recorded(imageId, decoding));
        if (decoded instanceof Refused refused && refused.refusal().reason() == RejectionReason.TOO_SLOW) {
            log.fail(imageId);
        } else {
            log.forgive(imageId);
        }
        return decoded;
    }

    private Decoded recorded(String imageId, Supplier<Decoded> decoding) {
        log.begin(List.of(imageId));
        try {
            return decoding.get();
        } finally {
            log.end(); // an exception stops the stage in good order
        }
    }
}
