package dev.latentstream.ingest;

import dev.latentstream.ingest.image.ImageBounds;
import dev.latentstream.ingest.image.OutputSettings;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.runtime.streams.StreamsSettings;
import java.nio.file.Path;

/**
 * How ingest works.
 *
 * @param bounds what an image may cost
 * @param preparation what is made of an image
 * @param decoderThreads threads that one operation of OpenCV may use; more stream threads serve better
 * @param streams how the topology runs
 */
public record IngestSettings(
        ImageBounds bounds, OutputSettings preparation, int decoderThreads, StreamsSettings streams) {
    /** JPEG's sides have 16 bits, and encoders keep a margin. */
    private static final int MAX_JPEG_SIDE = 65_500;

    /** The defaults. */
    public IngestSettings() {
        this(new ImageBounds(), new OutputSettings(), 1, new StreamsSettings());
    }

    /** The same with its state elsewhere. */
    public IngestSettings withStateDir(Path other) {
        return new IngestSettings(bounds, preparation, decoderThreads, streams.withStateDir(other));
    }

    public IngestSettings {
        Checks.between("decoder-threads", decoderThreads, 1, 64);
        Checks.between(
                "working-size times max-aspect-ratio",
                preparation.workingSize() * bounds.maxAspectRatio(),
                1,
                MAX_JPEG_SIDE);
    }
}
