package dev.latentstream.captioning;

import dev.latentstream.captioning.nouns.Nouns;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchLoop;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.batch.NetworkStage;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.Image;
import java.security.SecureRandom;

/** The captioning stage: reads {@code images}, writes {@code captions} and {@code images-rejected}. */
public final class CaptioningStage {
    /** Name of the stage: its consumer group, and the stage name in meters. */
    public static final String NAME = CaptioningProcessor.STAGE;

    private CaptioningStage() {}

    /**
     * Wires the stage without starting it.
     *
     * @param policies must be started before the stage
     * @param captioner closed together with the stage
     */
    public static Stage create(
            KafkaConnection connection,
            Policies policies,
            CaptioningSettings settings,
            Captioner captioner,
            Meters meters) {
        Captioner remembering = new RememberingCaptioner(captioner, RememberingCaptioner.MAX_BYTES);
        BatchProcessor<Image> processor = processor(connection, policies, settings, remembering, meters);
        return new NetworkStage(
                new BatchLoop<>(connection, NAME, connection.topics().images(), processor, settings.batch(), meters),
                remembering::close);
    }

    /** Returns the stage's work on a batch without Kafka; the caller closes the captioner. */
    public static BatchProcessor<Image> processor(
            KafkaConnection connection,
            Policies policies,
            CaptioningSettings settings,
            Captioner captioner,
            Meters meters) {
        return processor(connection, policies, settings, captioner, meters, 0);
    }

    /**
     * Returns the stage's work on images that may have been captioned before.
     *
     * @param revision number of the recaption of the source; 0 for new images
     */
    public static BatchProcessor<Image> processor(
            KafkaConnection connection,
            Policies policies,
            CaptioningSettings settings,
            Captioner captioner,
            Meters meters,
            int revision) {
        return new CaptioningProcessor(
                connection.topics(),
                new CaptionPlanner(policies::caption, settings.levels()),
                captioner,
                Nouns.english(),
                settings,
                new StageHeaders(new SecureRandom()),
                new CaptioningMeters(meters),
                revision);
    }
}
