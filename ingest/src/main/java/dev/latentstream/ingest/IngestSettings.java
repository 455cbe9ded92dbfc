package dev.latentstream.ingest;

import dev.latentstream.ingest.fetch.FetchSettings;
import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.ingest.image.ImageBounds;
import dev.latentstream.ingest.image.OutputSettings;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.runtime.streams.StreamsSettings;
import java.nio.file.Path;

/**
 * Settings of the ingest stage.
 *
 * @param bounds limits on the cost of one image
 * @param decoding limits on the time of one image
 * @param preparation size and encoding of the output images
 * @param decoderThreads threads that one OpenCV operation may use; adding stream threads scales better
 * @param quarantine which refused originals are kept
 * @param fetch settings of the sources that fetch URLs
 * @param nearDuplicates settings of the search for near duplicates
 * @param streams settings of Kafka Streams
 */
public record IngestSettings(
        ImageBounds bounds,
        DecodingSettings decoding,
        OutputSettings preparation,
        int decoderThreads,
        QuarantineSettings quarantine,
        FetchSettings fetch,
        NearDuplicateSettings nearDuplicates,
        StreamsSettings streams) {
    /** JPEG stores sides in 16 bits, and encoders keep a margin. */
    private static final int MAX_JPEG_SIDE = 65_500;

    /** The defaults. */
    public IngestSettings() {
        this(
                new ImageBounds(),
                new DecodingSettings(),
                new OutputSettings(),
                1,
                new QuarantineSettings(),
                new FetchSettings(),
                new NearDuplicateSettings(),
                new StreamsSettings());
    }

    /** Returns the same settings with another state directory. */
    public IngestSettings withStateDir(Path other) {
        return withStreams(streams.withStateDir(other));
    }

    /** Returns the same settings with others of Kafka Streams. */
    public IngestSettings withStreams(StreamsSettings other) {
        return new IngestSettings(
                bounds, decoding, preparation, decoderThreads, quarantine, fetch, nearDuplicates, other);
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
