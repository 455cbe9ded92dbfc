package dev.latentstream.app;

import ai.djl.Device;
import dev.latentstream.models.AutoencoderPretraining;
import dev.latentstream.models.CaptionerPretraining;
import dev.latentstream.models.Pretraining;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a shipped network again from nothing, on drawn scenes. */
@Command(
        name = "pretrain",
        description = "Trains the shipped VAE or captioner from nothing on drawn scenes; goes on where it was stopped.",
        mixinStandardHelpOptions = true)
final class PretrainCommand implements Callable<Integer> {
    private static final long HELD_OUT = 0x5EED; // added to the seed: scenes that are never trained on

    /** What can be trained. */
    enum Network {
        VAE,
        CAPTIONER
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the call
    private CommandSpec spec;

    @Parameters(index = "0", description = "${COMPLETION-CANDIDATES}")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the call
    private Network network;

    @Option(names = "--seed", defaultValue = "1", description = "Of weights and scenes. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--steps", description = "Length of the run. Default: that of the shipped network")
    private @Nullable Long steps;

    @Option(names = "--minutes", defaultValue = "100000", description = "Stops after this time; run again to go on.")
    private long minutes;

    @Option(
            names = "--work",
            description = "Folder of the run's state. Default: ~/.cache/latentstream/pretrain/NETWORK")
    private @Nullable Path work;

    @Option(names = "--out", description = "Folder for the trained network. Default: WORK/out")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        Path folder = work == null ? defaultWork() : work;
        boolean done =
                switch (network) {
                    case VAE -> autoencoder(folder);
                    case CAPTIONER -> captioner(folder);
                };
        return done ? 0 : 0;
    }

    private boolean autoencoder(Path folder) throws IOException {
        Pretraining run = new Pretraining(
                seed,
                steps == null ? AutoencoderPretraining.SHIPPED_STEPS : steps,
                folder,
                Duration.ofMinutes(minutes),
                this::print);
        try (AutoencoderPretraining training = new AutoencoderPretraining(
                AutoencoderPretraining.SHIPPED,
                run,
                SceneImages.mixed(seed),
                SceneImages.whole(seed + HELD_OUT),
                Device.cpu())) {
            boolean done = training.train();
            training.export(out == null ? folder.resolve("out") : out);
            return done;
        }
    }

    private boolean captioner(Path folder) throws IOException {
        Pretraining run = new Pretraining(
                seed,
                steps == null ? CaptionerPretraining.SHIPPED_STEPS : steps,
                folder,
                Duration.ofMinutes(minutes),
                this::print);
        try (CaptionerPretraining training = new CaptionerPretraining(
                run, SceneCaptioned.growing(seed), SceneCaptioned.full(seed + HELD_OUT), Device.cpu())) {
            boolean done = training.train();
            training.export(out == null ? folder.resolve("out") : out);
            return done;
        }
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
