package dev.latentstream.ingest;

import dev.latentstream.ingest.fetch.FetchSettings;
import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.ingest.image.ImageBounds;
import dev.latentstream.ingest.image.OutputSettings;
import dev.latentstream.ingest.optout.OptOutSettings;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.runtime.settings.Flattened;
import dev.latentstream.runtime.streams.StreamsSettings;
import java.nio.file.Path;

/**
 * Settings of the ingest stage.
 *
 * @param bounds limits on the cost of one image
 * @param decoding limits on the time of one image
 * @param preparation size and encoding of the output images
 * @param decoderThreads threads that one OpenCV operation may use; adding stream threads scales better
 * @param refusals what is refused beside the policies
 * @param fetch settings of the sources that fetch URLs
 * @param streams settings of Kafka Streams
 */
public record IngestSettings(
        ImageBounds bounds,
        DecodingSettings decoding,
        OutputSettings preparation,
        int decoderThreads,
        @Flattened RefusalSettings refusals,
        FetchSettings fetch,
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
                new RefusalSettings(),
                new FetchSettings(),
                new StreamsSettings());
    }

    /** Settings without opt-out lists. */
    public IngestSettings(
            ImageBounds bounds,
            DecodingSettings decoding,
            OutputSettings preparation,
            int decoderThreads,
            QuarantineSettings quarantine,
            FetchSettings fetch,
            NearDuplicateSettings nearDuplicates,
            StreamsSettings streams) {
        this(
                bounds,
                decoding,
                preparation,
                decoderThreads,
                new RefusalSettings(quarantine, nearDuplicates, new OptOutSettings()),
                fetch,
                streams);
    }

    /** Returns the same settings with another state directory. */
    public IngestSettings withStateDir(Path other) {
        return withStreams(streams.withStateDir(other));
    }

    /** Returns the same settings with others of Kafka Streams. */
    public IngestSettings withStreams(StreamsSettings other) {
        return new IngestSettings(bounds, decoding, preparation, decoderThreads, refusals, fetch, other);
    }

    public IngestSettings {
        Checks.between("decoder-threads", decoderThreads, 1, 64);
        Checks.between(
                "working-size times max-aspect-ratio",
                preparation.workingSize() * bounds.maxAspectRatio(),
                1,
                MAX_JPEG_SIDE);
    }

    public QuarantineSettings quarantine() {
        return refusals.quarantine();
    }

    public NearDuplicateSettings nearDuplicates() {
        return refusals.nearDuplicates();
    }

    public OptOutSettings optOuts() {
        return refusals.optOuts();
    }
}
