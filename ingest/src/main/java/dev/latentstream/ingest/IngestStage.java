package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Measurements;
import dev.latentstream.ingest.optout.OptOutLists;
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

/** Wires ingest: {@code images-raw} to {@code images}, {@code images-rejected} and {@code images-quarantine}. */
public final class IngestStage {
    /** Application id, also the stage name in rejections and meters. */
    public static final String NAME = Rejections.STAGE;

    /** The scores that ingest measures and filter policies can bound. */
    public static final List<String> SCORES = Measurements.SCORES;

    private static final Place NOWHERE = new Place("", 0, 0);

    private IngestStage() {}

    /** Returns the stage's work on one image without Kafka: decode, measure, resize, encode. Not thread-safe. */
    public static Function<RawImage, Candidate> examination(IngestSettings settings) {
        ImageProcessor processor = new ImageProcessor(settings, new DecoderThreads(settings.decoding()));
        return raw -> processor
                .process(raw, NOWHERE, (imageId, decoding) -> decoding.get())
                .candidate();
    }

    /**
     * Wires the stage without starting it.
     *
     * @param policies must be started before the stage
     */
    public static StreamsStage create(
            KafkaConnection connection, IngestSettings settings, Policies policies, Meters meters) {
        return create(connection, settings, judge(settings, policies, meters, false), meters);
    }

    /** Wires the stage such that {@link ScoringStage} scores its images before they are admitted. */
    public static StreamsStage createBeforeScoring(
            KafkaConnection connection, IngestSettings settings, Policies policies, Meters meters) {
        return create(connection, settings, judge(settings, policies, meters, true), meters);
    }

    static Judge judge(IngestSettings settings, Policies policies, Meters meters, boolean isBeforeScoring) {
        PolicyFilter filter = new PolicyFilter(OptOutLists.open(settings.optOuts()));
        return new Judge(policies::filter, settings.quarantine(), filter, meters, isBeforeScoring);
    }

    private static StreamsStage create(
            KafkaConnection connection, IngestSettings settings, Judge judge, Meters meters) {
        DecoderThreads threads = new DecoderThreads(settings.decoding());
        Topology topology = new IngestTopology(
                        connection.topics(),
                        IngestSerdes.of(connection),
                        () -> new ImageProcessor(settings, threads),
                        threads,
                        judge,
                        new StageHeaders(new SecureRandom()),
                        meters,
                        settings.nearDuplicates())
                .build();
        return new StreamsStage(
                connection, NAME, topology, connection.topics().imagesRaw(), settings.streams(), meters);
    }
}
