package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Measurements;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.streams.StreamsStage;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.RawImage;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.streams.Topology;

/** Wires ingest: {@code images-raw} to {@code images} and {@code images-rejected}. */
public final class IngestStage {
    /** Application id, and what its rejections and meters are filed under. */
    public static final String NAME = Rejections.STAGE;

    /** What ingest measures of an image, and filter policies can bound. */
    public static final List<String> SCORES = Measurements.SCORES;

    private IngestStage() {}

    /**
     * What the stage makes of one image by itself, without Kafka: decode, measure, shape, encode. For one thread.
     */
    public static Function<RawImage, Candidate> examination(IngestSettings settings) {
        ImageProcessor examiner = new ImageProcessor(settings);
        return raw -> examiner.process(raw).candidate();
    }

    /**
     * Starts nothing yet.
     *
     * @param policies started before the stage is
     */
    public static StreamsStage create(
            KafkaConnection connection, IngestSettings settings, Policies policies, Meters meters) {
        Topology topology = new IngestTopology(
                        connection.topics(),
                        IngestSerdes.of(connection),
                        () -> new ImageProcessor(settings),
                        policies::filter,
                        new StageHeaders(new SecureRandom()),
                        meters)
                .build();
        return new StreamsStage(
                connection, NAME, topology, connection.topics().imagesRaw(), settings.streams(), meters);
    }
}
