package dev.latentstream.app.testing;

import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.captioning.CaptioningSettings;
import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.scoring.ScoringSettings;
import dev.latentstream.models.backbone.UNet2DConditionModel.TimeScaleShift;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.settings.HttpSettings;
import dev.latentstream.runtime.streams.StreamsSettings;
import dev.latentstream.trainer.NetworkSettings;
import dev.latentstream.trainer.SampleSettings;
import dev.latentstream.trainer.TrainerSettings;
import dev.latentstream.trainer.feed.settings.BufferSettings;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import dev.latentstream.trainer.feed.settings.FeedSettings.StartAt;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Settings of the shipped networks on a test's cluster, with small batches, and of a trainer of a tiny network without an end. */
public final class TestSettings {
    public static final String RUN = "test";

    /** A pipeline of diffusers with tiny networks: MiniLM, of width 384, takes longer to load than they take to train. */
    public static final Path PIPELINE = Path.of(
                    "..", "models", "src", "test", "resources", "dev", "latentstream", "models", "pipeline")
            .toAbsolutePath()
            .normalize();

    private static final int SHUFFLE = 8;
    private static final int RESOLUTION = 32; // latents of 8 by 8, so that a step is quick

    private static final Duration FLUSH_AFTER = Duration.ofMillis(100);

    private TestSettings() {}

    /**
     * Returns settings for a cluster.
     *
     * @param folder of the stages' state
     */
    public static PipelineSettings of(Cluster cluster, Path folder) {
        return of(new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl()), folder);
    }

    /**
     * Returns settings for a cluster.
     *
     * @param folder of the stages' state
     */
    public static PipelineSettings of(KafkaSettings kafka, Path folder) {
        CaptioningSettings captioning = new CaptioningSettings();
        EncoderSettings encoder = new EncoderSettings();
        StreamsSettings streams =
                new StreamsSettings(folder.resolve("state"), 1, Duration.ofMillis(100), 50, Duration.ofSeconds(30));
        return new PipelineSettings(
                kafka,
                new IngestSettings().withStreams(streams),
                new ScoringSettings(),
                new CaptioningSettings(
                        captioning.captioner(),
                        captioning.network(),
                        captioning.chat(),
                        captioning.levels(),
                        captioning.maxCharacters(),
                        captioning.maxSameText(),
                        batches(4)),
                new EncoderSettings(null, RESOLUTION, batches(2), streams, encoder.type()),
                trainer(folder.resolve("training")),
                new HttpSettings("127.0.0.1", 0));
    }

    private static BatchSettings batches(int size) {
        return new BatchSettings(size, FLUSH_AFTER, 50, Duration.ofSeconds(30));
    }

    private static TrainerSettings trainer(Path folder) {
        return new TrainerSettings().with(s -> {
            s.run = RUN;
            s.folder = folder;
            s.metricsEvery = 1;
            s.checkpointEvery = 1_000_000;
            s.keepCheckpoints = 1;
            s.network = new NetworkSettings(List.of(8), List.of(0), 1, 1, 8, 4, false, TimeScaleShift.SCALE_AND_SHIFT);
            s.text = s.text.withFolder(PIPELINE);
            s.feed = new FeedSettings(
                    WhenDry.REPEAT,
                    StartAt.EARLIEST,
                    new BufferSettings(SHUFFLE, SHUFFLE / 2, 256),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    1000,
                    Duration.ofSeconds(60));
            s.samples = new SampleSettings(List.of(), 1, 1_000_000, List.of(), s.samples.sampler(), 1, 1);
        });
    }
}
