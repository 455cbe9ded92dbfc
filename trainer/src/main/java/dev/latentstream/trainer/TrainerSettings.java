package dev.latentstream.trainer;

import ai.djl.Device;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.UNet2DConditionModel;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.diffusion.StepComputation;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.trainer.feed.FeedSettings;
import dev.latentstream.trainer.feed.LatentFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * One training run.
 *
 * @param run its name: key in ledger and metrics, end of the consumer group's name, name of its folder
 * @param folder holds a folder for each run
 * @param resume whether a run that has checkpoints goes on; else it is refused
 * @param seed decides weights, noise, order and captions
 * @param steps where the run ends; 0 for when it is closed
 * @param batchSize samples a step
 * @param metricsEvery steps between two records of metrics; losses are read from the device as often
 * @param checkpointEvery steps between two checkpoints
 * @param keepCheckpoints checkpoints that are kept
 * @param backbone a network by name, or a trained one; without either, the UNet of the next part
 * @param diffusion what the network learns
 * @param computation how a step is computed
 */
public record TrainerSettings(
        String run,
        Path folder,
        boolean resume,
        long seed,
        long steps,
        int batchSize,
        int metricsEvery,
        int checkpointEvery,
        int keepCheckpoints,
        BackboneSettings backbone,
        NetworkSettings network,
        DiffusionSettings diffusion,
        StepComputation computation,
        OptimiserSettings optimiser,
        TextSettings text,
        FeedSettings feed,
        SampleSettings samples) {
    /** The stage that meters are filed under. */
    static final String STAGE = "trainer";

    /** The defaults. */
    public TrainerSettings() {
        this(
                "run",
                Path.of("data", "training"),
                true,
                1,
                0,
                32,
                10,
                500,
                3,
                new BackboneSettings(),
                new NetworkSettings(),
                new DiffusionSettings(),
                StepComputation.PLAIN,
                new OptimiserSettings(),
                new TextSettings(),
                new FeedSettings(),
                new SampleSettings());
    }

    public TrainerSettings {
        if (!run.matches("[a-zA-Z0-9][a-zA-Z0-9-]{0,99}")) {
            throw new IllegalArgumentException("run \"%s\" is not 1 to 100 letters, digits and hyphens".formatted(run));
        }
        Checks.atLeast("steps", steps, 0);
        Checks.between("batch-size", batchSize, 1, 65_536);
        Checks.atLeast("metrics-every", metricsEvery, 1);
        Checks.atLeast("checkpoint-every", checkpointEvery, 1);
        Checks.atLeast("keep-checkpoints", keepCheckpoints, 1);
    }

    /** The same but for what is changed: {@code settings.with(s -> s.seed = 7)}. */
    public TrainerSettings with(Consumer<Builder> change) {
        Builder draft = new Builder(this);
        change.accept(draft);
        return draft.settings();
    }

    /** Name of the run's Kafka clients and consumer group, before the connection's prefix. */
    String clientName() {
        return STAGE + "-" + run;
    }

    /** The folder of this run: {@code checkpoints} and {@code samples} are in it. */
    public Path runFolder() {
        return folder.resolve(run);
    }

    /** What fixes the training itself. */
    DiffusionTraining.Config training() {
        return new DiffusionTraining.Config(
                seed,
                diffusion.objective(),
                optimiser.rate(steps),
                optimiser.adamW(),
                optimiser.averageDecay(),
                computation);
    }

    /** A new run, with drawn weights or with those of a trained network. */
    DiffusionTraining begin(LatentFormat form, TextEncoder encoder, Device device) throws IOException {
        Backbone network = newNetwork(form, encoder);
        return backbone.isTrained()
                ? backbone.load(trained -> DiffusionTraining.begin(training(), trained, device))
                : DiffusionTraining.begin(training(), network, device);
    }

    /** The network of a new run, without values. */
    Backbone newNetwork(LatentFormat form, TextEncoder encoder) throws IOException {
        Backbone named = backbone.network(form, encoder);
        return named == null ? new UNet2DConditionModel(network.config(form.channels(), encoder.width())) : named;
    }

    /** Settings that can be changed by name, and are checked once they are a record again. */
    public static final class Builder {
        public String run;
        public Path folder;
        public boolean resume;
        public long seed;
        public long steps;
        public int batchSize;
        public int metricsEvery;
        public int checkpointEvery;
        public int keepCheckpoints;
        public BackboneSettings backbone;
        public NetworkSettings network;
        public DiffusionSettings diffusion;
        public StepComputation computation;
        public OptimiserSettings optimiser;
        public TextSettings text;
        public FeedSettings feed;
        public SampleSettings samples;

        private Builder(TrainerSettings from) {
            run = from.run;
            folder = from.folder;
            resume = from.resume;
            seed = from.seed;
            steps = from.steps;
            batchSize = from.batchSize;
            metricsEvery = from.metricsEvery;
            checkpointEvery = from.checkpointEvery;
            keepCheckpoints = from.keepCheckpoints;
            backbone = from.backbone;
            network = from.network;
            diffusion = from.diffusion;
            computation = from.computation;
            optimiser = from.optimiser;
            text = from.text;
            feed = from.feed;
            samples = from.samples;
        }

        private TrainerSettings settings() {
            return new TrainerSettings(
                    run,
                    folder,
                    resume,
                    seed,
                    steps,
                    batchSize,
                    metricsEvery,
                    checkpointEvery,
                    keepCheckpoints,
                    backbone,
                    network,
                    diffusion,
                    computation,
                    optimiser,
                    text,
                    feed,
                    samples);
        }
    }
}
