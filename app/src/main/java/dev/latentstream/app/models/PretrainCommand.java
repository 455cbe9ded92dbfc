package dev.latentstream.app.models;

import ai.djl.Device;
import dev.latentstream.app.cli.StopSignal;
import dev.latentstream.app.cli.ThreadsOption;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.models.ModelsCommand.ShippedNetwork;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.pretrain.AutoencoderPretraining;
import dev.latentstream.models.pretrain.BackbonePretraining;
import dev.latentstream.models.pretrain.CaptionerPretraining;
import dev.latentstream.models.pretrain.Pretraining;
import dev.latentstream.models.text.MiniLmEncoder;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.settings.Checks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a shipped network from scratch on drawn scenes. */
@Command(
        name = "pretrain",
        description =
                "Train a shipped network from scratch on drawn scenes; run the same command again to continue a stopped run.")
final class PretrainCommand implements Callable<Integer> {
    private static final long UNLIMITED = 1_000_000;
    private static final long CACHE_BYTES = 1 << 30; // for the states of captions

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", description = "${COMPLETION-CANDIDATES}")
    private ShippedNetwork network = ShippedNetwork.VAE;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of weights and scenes. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--steps", description = "Length of the run. Default: that of the shipped network")
    private @Nullable Long steps;

    @Option(names = "--minutes", description = "Stop after this time; run the same command again to continue.")
    private long minutes = UNLIMITED;

    @Option(
            names = "--work",
            description = "Folder of the run's state. Default: ~/.cache/latentstream/pretrain/NETWORK")
    private @Nullable Path work;

    @Option(names = "--out", description = "Folder for the trained network. Default: WORK/out")
    private @Nullable Path out;

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Override
    public Integer call() throws IOException {
        Usage.requireValid(spec, this::check);
        threads.apply();
        Path folder = work == null ? defaultWork() : work;
        Path target = out == null ? folder.resolve("out") : out;
        try (StopSignal stop = StopSignal.ofProcess()) {
            boolean done =
                    switch (network) {
                        case VAE -> autoencoder(run(folder, AutoencoderPretraining.SHIPPED_STEPS, stop), target);
                        case CAPTIONER -> captioner(run(folder, CaptionerPretraining.SHIPPED_STEPS, stop), target);
                        case BACKBONE -> backbone(run(folder, BackbonePretraining.SHIPPED_STEPS, stop), target);
                    };
            PrintWriter console = spec.commandLine().getOut();
            console.println(
                    done
                            ? "Trained: " + target
                            : "Stopped early; run the same command again to continue from " + folder);
            return 0;
        }
    }

    private long check() {
        Checks.between("minutes", minutes, 1, UNLIMITED);
        return steps == null ? 0 : Checks.atLeast("steps", steps, 1);
    }

    private boolean autoencoder(Pretraining run, Path target) throws IOException {
        try (AutoencoderPretraining training = new AutoencoderPretraining(
                AutoencoderPretraining.SHIPPED,
                run,
                SceneImages.mixed(seed),
                SceneImages.whole(seed + EvaluateCommand.UNSEEN),
                Device.cpu())) {
            boolean done = training.train();
            training.export(target);
            return done;
        }
    }

    private boolean captioner(Pretraining run, Path target) throws IOException {
        try (CaptionerPretraining training = new CaptionerPretraining(
                run,
                CaptionedScenes.training(seed),
                CaptionedScenes.measuring(seed + EvaluateCommand.UNSEEN),
                Device.cpu())) {
            boolean done = training.train();
            training.export(target);
            return done;
        }
    }

    private boolean backbone(Pretraining run, Path target) throws IOException {
        try (Autoencoder autoencoder = ShippedModels.vae(Device.cpu());
                TextEncoder text = MiniLmEncoder.load(BackbonePretraining.TOKENS, 1, CACHE_BYTES);
                BackbonePretraining training = new BackbonePretraining(
                        BackbonePretraining.SHIPPED,
                        run,
                        new ConditioningScenes(seed),
                        new ConditioningScenes(seed + EvaluateCommand.UNSEEN),
                        autoencoder,
                        text,
                        Device.cpu())) {
            boolean done = training.train();
            training.export(target);
            return done;
        }
    }

    private Pretraining run(Path folder, long usualSteps, StopSignal stop) {
        long start = System.nanoTime();
        long limit = Duration.ofMinutes(minutes).toNanos();
        return new Pretraining(
                seed,
                steps == null ? usualSteps : steps,
                folder,
                () -> stop.isRequested() || System.nanoTime() - start >= limit,
                this::print);
    }

    private void print(Pretraining.Progress progress) {
        PrintWriter console = spec.commandLine().getOut();
        console.printf(
                Locale.ROOT,
                "step %d/%d loss %.4f %.1f images/s %s%n",
                progress.step(),
                progress.steps(),
                progress.loss(),
                progress.samplesPerSecond(),
                progress.measured());
        console.flush();
    }

    private Path defaultWork() {
        return Path.of(
                System.getProperty("user.home"),
                ".cache",
                "latentstream",
                "pretrain",
                network.name().toLowerCase(Locale.ROOT));
    }
}
