package dev.latentstream.trainer;

import ai.djl.Device;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.diffusion.StepComputation;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.settings.Flattened;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The settings of one training run.
 *
 * @param run identity and length of the run
 * @param resuming how a run is resumed
 * @param checkpoints when checkpoints are written
 * @param model what is trained
 * @param computation precision and memory of a step
 * @param optimiser how a step changes the weights
 * @param feed how latents are read and shuffled
 * @param samples images that are sampled while the run trains
 */
public record TrainerSettings(
        @Flattened RunSettings run,
        @Flattened ResumeSettings resuming,
        @Flattened CheckpointSettings checkpoints,
        @Flattened ModelSettings model,
        StepComputation computation,
        OptimiserSettings optimiser,
        FeedSettings feed,
        SampleSettings samples) {
    /** The stage label of the trainer's meters. */
    static final String STAGE = "trainer";

    /** The defaults. */
    public TrainerSettings() {
        this(
                new RunSettings(),
                new ResumeSettings(),
                new CheckpointSettings(),
                new ModelSettings(),
                StepComputation.PLAIN,
                new OptimiserSettings(),
                new FeedSettings(),
                new SampleSettings());
    }

    /** Returns a copy with changes: {@code settings.with(s -> s.seed = 7)}. */
    public TrainerSettings with(Consumer<Builder> change) {
        Builder builder = new Builder(this);
        change.accept(builder);
        return builder.build();
    }

    public int batchSize() {
        return run.batchSize();
    }

    public BackboneSettings backbone() {
        return model.backbone();
    }

    public TextSettings text() {
        return model.text();
    }

    /** Returns the folder of this run, which contains {@code checkpoints} and {@code samples}. */
    public Path runFolder() {
        return run.folder().resolve(run.run());
    }

    /** Returns the name of the run's Kafka clients and consumer group, without the connection's prefix. */
    String clientName() {
        return STAGE + "-" + run.run();
    }

    /** Returns the facts on which the sequence of samples and the weights depend. */
    LedgerRun facts(LatentFormat format, String textEncoder) {
        return new LedgerRun(run.seed(), format.encoderId(), format.shape(), format.type(), textEncoder, recorded());
    }

    /** Returns the facts with the tokenizer of a text encoder, which its id does not cover. */
    LedgerRun facts(LatentFormat format, TextEncoder encoder) {
        LedgerRun facts = facts(format, encoder.id());
        if (!encoder.tokenizer().isEmpty()) {
            facts.getSettings().put("text-encoder.tokenizer", encoder.tokenizer());
        }
        return facts;
    }

    /** Returns the settings on which samples or weights depend, by key. */
    private SortedMap<String, String> recorded() {
        SortedMap<String, String> settings =
                new TreeMap<>(FeedRules.of(run.batchSize(), feed).recorded());
        settings.putAll(feed.sequence().recorded());
        settings.putAll(RecordedSettings.of("computation", computation));
        settings.putAll(RecordedSettings.of("diffusion", model.diffusion()));
        settings.putAll(RecordedSettings.of("optimiser", optimiser));
        return settings;
    }

    /** Returns the configuration of the training steps. */
    DiffusionTraining.Config training() {
        return new DiffusionTraining.Config(
                run.seed(),
                model.diffusion().objective(),
                optimiser.rate(run.steps()),
                optimiser.adamW(),
                optimiser.averageDecay(),
                computation);
    }

    /**
     * Returns the network of a new run, without weights.
     *
     * @throws IllegalArgumentException if it does not fit the latents or the text encoder; the message has the values
     */
    public Backbone network(LatentFormat format, TextEncoder encoder) throws IOException {
        return model.newNetwork(format, encoder);
    }

    /** Starts a new run, from random weights or from those of a trained network. */
    DiffusionTraining begin(LatentFormat format, TextEncoder encoder, Device device) throws IOException {
        Backbone network = network(format, encoder);
        return backbone().isTrained()
                ? backbone().load(trained -> DiffusionTraining.begin(training(), trained, device))
                : DiffusionTraining.begin(training(), network, device);
    }

    /** The settings as mutable fields, checked when they become a record again. */
    public static final class Builder {
        public String run;
        public Path folder;
        public boolean resume;
        public long from;
        public boolean changeSettings;
        public boolean skipLost;
        public boolean beginAgain;
        public long seed;
        public long steps;
        public int batchSize;
        public int metricsEvery;
        public int checkpointEvery;
        public int keepCheckpoints;
        public BackboneSettings backbone;
        public NetworkSettings network;
        public DiffusionSettings diffusion;
        public TextSettings text;
        public StepComputation computation;
        public OptimiserSettings optimiser;
        public FeedSettings feed;
        public SampleSettings samples;

        private Builder(TrainerSettings from) {
            run = from.run.run();
            folder = from.run.folder();
            resume = from.resuming.resume();
            this.from = from.resuming.from();
            changeSettings = from.resuming.changeSettings();
            skipLost = from.resuming.skipLost();
            beginAgain = from.resuming.beginAgain();
            seed = from.run.seed();
            steps = from.run.steps();
            batchSize = from.run.batchSize();
            metricsEvery = from.run.metricsEvery();
            checkpointEvery = from.checkpoints.checkpointEvery();
            keepCheckpoints = from.checkpoints.keepCheckpoints();
            backbone = from.model.backbone();
            network = from.model.network();
            diffusion = from.model.diffusion();
            text = from.model.text();
            computation = from.computation;
            optimiser = from.optimiser;
            feed = from.feed;
            samples = from.samples;
        }

        private TrainerSettings build() {
            return new TrainerSettings(
                    new RunSettings(run, folder, seed, steps, batchSize, metricsEvery),
                    new ResumeSettings(resume, from, changeSettings, skipLost, beginAgain),
                    new CheckpointSettings(checkpointEvery, keepCheckpoints),
                    new ModelSettings(backbone, network, diffusion, text),
                    computation,
                    optimiser,
                    feed,
                    samples);
        }
    }
}
