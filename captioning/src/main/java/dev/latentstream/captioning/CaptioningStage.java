package dev.latentstream.captioning;

import dev.latentstream.runtime.BatchLoop;
import dev.latentstream.runtime.KafkaConnection;
import dev.latentstream.runtime.Meters;
import dev.latentstream.runtime.Policies;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.StageHeaders;
import dev.latentstream.schemas.Image;
import java.security.SecureRandom;
import java.util.Optional;

/** Captions the images of a pipeline: reads {@code images}, writes {@code captions} and {@code images-rejected}. */
public final class CaptioningStage implements Stage {
    private final BatchLoop<Image> loop;
    private final Captioner captioner;

    private CaptioningStage(BatchLoop<Image> loop, Captioner captioner) {
        this.loop = loop;
        this.captioner = captioner;
    }

    /**
     * Wires the stage up; nothing runs yet.
     *
     * @param policies started before this stage is
     * @param captioner closed with this stage
     */
    public static CaptioningStage create(
            KafkaConnection connection,
            Policies policies,
            CaptioningSettings settings,
            Captioner captioner,
            Meters meters) {
        CaptioningProcessor processor = new CaptioningProcessor(
                connection.topics(),
                new PlanBook(policies::caption, settings.levels()),
                captioner,
                Nouns.english(),
                settings,
                new StageHeaders(new SecureRandom()),
                new CaptioningMeters(meters),
                0);
        return new CaptioningStage(
                new BatchLoop<>(
                        connection,
                        CaptioningProcessor.STAGE,
                        connection.topics().images(),
                        processor,
                        settings.batch(),
                        meters),
                captioner);
    }

    @Override
    public String name() {
        return loop.name();
    }

    @Override
    public void start() {
        loop.start();
    }

    @Override
    public void close() {
        loop.close();
        captioner.close();
    }

    @Override
    public Optional<Throwable> failure() {
        return loop.failure();
    }
}
