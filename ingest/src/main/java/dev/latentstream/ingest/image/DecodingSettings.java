package dev.latentstream.ingest.image;

import dev.latentstream.runtime.settings.Checks;
import java.time.Duration;

/**
 * Limits on the time in which an image is decoded, for what no header tells in advance.
 *
 * @param timeLimit processor time for one image, so that a busy host refuses nothing; the decoding of a slower image is abandoned,
 *     and the image is rejected
 * @param maxAbandoned abandoned decodings that may still run, each with up to {@code max-decoded-bytes} of memory; one more stops the
 *     stage, since nothing but the end of the process ends them
 */
public record DecodingSettings(Duration timeLimit, int maxAbandoned) {
    /** The defaults. */
    public DecodingSettings() {
        this(Duration.ofSeconds(10), 2);
    }

    public DecodingSettings {
        Checks.positive("time-limit", timeLimit);
        Checks.atLeast("max-abandoned", maxAbandoned, 0);
    }
}
