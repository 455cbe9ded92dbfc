package dev.latentstream.app.demo;

import ai.djl.Device;
import dev.latentstream.app.cluster.ClusterAddress;
import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.captioning.CaptioningSettings;
import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.scoring.ScoringSettings;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.runtime.settings.HttpSettings;
import dev.latentstream.trainer.Checkpoints;
import dev.latentstream.trainer.OptimiserSettings;
import dev.latentstream.trainer.TrainerSettings;
import dev.latentstream.trainer.feed.settings.BufferSettings;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The options of a demo, and the settings of its stages that follow from them.
 *
 * @param steps training steps to take, in addition to those of an earlier demo on the same data
 * @param resolution side of the encoded squares, in pixels
 * @param seed of scenes and training
 */
record DemoPlan(
        DataFolder data,
        DemoInput input,
        DemoNetworks networks,
        long steps,
        int resolution,
        long seed,
        Device device,
        int httpPort) {
    /** Name of the training run. */
    static final String RUN = "demo";

    /** Latents of a source before the trainer draws from it, if the source has that many. */
    private static final int MIN_LATENTS = 64;

    /** Far below the default: after 300 steps at 2e-4 on crowded scenes, samples no longer showed what prompts name. */
    private static final double FINE_TUNING_RATE = 3e-5;

    DemoPlan {
        Checks.atLeast("steps", steps, 1);
        encoder(networks.vae(), resolution); // checks the resolution
        http(httpPort);
    }

    /** Returns why a new run does not start from the shipped backbone; empty if it does, if another is chosen, or on a resumed run. */
    Optional<String> whyFromScratch() throws IOException {
        return !networks.lacksShippedBackbone(resolution) || stepsBefore() > 0
                ? Optional.empty()
                : Optional.of(
                        "The UNet starts from random weights: %s fits only the shipped autoencoder and text encoder at %d pixels"
                                .formatted(ShippedModels.BACKBONE, DemoNetworks.SHIPPED_RESOLUTION));
    }

    List<ImageSource> sources() throws IOException {
        return input.sources(resolution, seed);
    }

    PipelineSettings settings(ClusterAddress cluster, List<ImageSource> sources) throws IOException {
        KafkaSettings kafka = new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl());
        return new PipelineSettings(
                        kafka,
                        new IngestSettings(),
                        new ScoringSettings(),
                        new CaptioningSettings(),
                        encoder(networks.vae(), resolution),
                        trainer(sources),
                        http(httpPort))
                .keptIn(data);
    }

    private static EncoderSettings encoder(@Nullable Path vae, int resolution) {
        EncoderSettings defaults = new EncoderSettings();
        return new EncoderSettings(vae, resolution, defaults.batch(), defaults.join(), defaults.type());
    }

    private static HttpSettings http(int port) {
        return new HttpSettings("127.0.0.1", port);
    }

    /** Returns the step at which an earlier demo on this data ended, or 0. */
    long stepsBefore() throws IOException {
        return Checkpoints.latest(runFolder()).map(Checkpoints::step).orElse(0L);
    }

    private Path runFolder() {
        return data.training().resolve(RUN);
    }

    /** Returns whether the run starts, or once started, from trained weights: only then is there a sample grid of step 0. */
    boolean startsTrained() throws IOException {
        return stepsBefore() == 0
                ? networks.network(resolution).isTrained()
                : Files.exists(Checkpoints.samples(runFolder(), 0));
    }

    private TrainerSettings trainer(List<ImageSource> sources) throws IOException {
        long before = stepsBefore();
        boolean trained = startsTrained();
        return new TrainerSettings().with(s -> {
            s.run = RUN;
            s.beginAgain = true; // whoever deletes the folder of the training wants a new one
            s.seed = seed;
            s.steps = before + steps;
            s.backbone = networks.network(resolution);
            s.optimiser = trained ? fineTuning(s.optimiser) : s.optimiser;
            s.text = networks.textEncoder() == null ? s.text : s.text.withFolder(networks.textEncoder());
            s.feed = feed(s.feed, sources);
            s.changeSettings = true; // the minimum depends on the sources of this demo
        });
    }

    private static OptimiserSettings fineTuning(OptimiserSettings defaults) {
        return new OptimiserSettings(
                FINE_TUNING_RATE,
                defaults.warmUp(),
                defaults.coolDown(),
                defaults.weightDecay(),
                defaults.maxNorm(),
                defaults.averageDecay());
    }

    /** Lowers the minimum to half of the smallest source, so that training starts even if the other half is refused. */
    private static FeedSettings feed(FeedSettings defaults, List<ImageSource> sources) {
        long smallest = sources.stream()
                .map(ImageSource::total)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .min()
                .orElse(1);
        BufferSettings buffers = defaults.buffers();
        int minimum = (int) Math.max(1, Math.min(MIN_LATENTS, smallest / 2));
        return defaults.withBuffers(
                new BufferSettings(buffers.shuffle(), minimum, buffers.readAhead(), buffers.prefetch()));
    }
}
