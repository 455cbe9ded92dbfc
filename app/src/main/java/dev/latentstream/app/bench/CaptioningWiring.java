package dev.latentstream.app.bench;

import ai.djl.Device;
import dev.latentstream.captioning.Captioned;
import dev.latentstream.captioning.Captioner;
import dev.latentstream.captioning.Captioners;
import dev.latentstream.captioning.CaptioningSettings;
import dev.latentstream.captioning.CaptioningStage;
import dev.latentstream.captioning.ImageToCaption;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.Image;
import java.io.IOException;
import java.util.List;

/** Captioning, bare and as a stage. Each side has a captioner of its own, which it keeps for all rounds. */
final class CaptioningWiring implements BatchBenchmark.Wiring {
    private final CaptioningSettings settings;
    private final Captioner bare;
    private final Captioner staged;

    /** A captioner that stays open when a stage that uses it is closed. */
    private record Kept(Captioner captioner) implements Captioner {
        @Override
        public String id() {
            return captioner.id();
        }

        @Override
        public List<Captioned> caption(List<ImageToCaption> batch) {
            return captioner.caption(batch);
        }

        @Override
        public void close() {}
    }

    CaptioningWiring(CaptioningSettings settings, Device device, Meters meters) throws IOException {
        this.settings = settings;
        this.bare = Captioners.open(settings, device, meters);
        this.staged = Captioners.open(settings, device, meters);
    }

    @Override
    public BatchProcessor<Image> processor(KafkaConnection connection, Policies policies, Meters meters) {
        return CaptioningStage.processor(connection, policies, settings, bare, meters);
    }

    @Override
    public Stage stage(KafkaConnection connection, Policies policies, Meters meters) {
        return CaptioningStage.create(connection, policies, settings, new Kept(staged), meters);
    }

    @Override
    public void close() {
        bare.close();
        staged.close();
    }
}
