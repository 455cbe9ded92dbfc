package dev.latentstream.app.source;

import dev.latentstream.app.cli.StopSignal;
import dev.latentstream.app.cli.Terminal;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.cluster.DataOption;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.Resend;
import dev.latentstream.ingest.sources.SourceOutcome;
import dev.latentstream.ingest.sources.SourceProgress;
import dev.latentstream.ingest.sources.state.SourceCatalog;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.SourceNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that source commands share. Runs one source to its end, or until Control-C. */
final class SourceOptions {
    private static final double MIN_RATE = 0.001; // images per second
    private static final double MAX_RATE = 1e6;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings of the pipeline. Default: the built-in ones, with the cluster that runs on --data")
    private @Nullable Path config;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the source; its latents go to latents-NAME.")
    private @Nullable String name;

    @Option(
            names = "--again",
            description =
                    "Send all images, including those that an earlier run of this name sent and that have not changed since.")
    private boolean again;

    @Option(names = "--rate", paramLabel = "N", description = "Maximum number of images per second. Default: no limit")
    private @Nullable Double rate;

    @Option(
            names = "--images",
            paramLabel = "EXT",
            split = ",",
            description =
                    "Extensions of the images, for example jpg,png or seg.png. In a shard the image of a sample is the first of these"
                            + " that it has. Default: all usual ones, and 1.jpg rather than 1.depth.png")
    private List<String> images = List.of();

    /** Returns the given name, else the command's own. */
    String name(String otherwise) {
        return Usage.requireValid(command, () -> SourceNames.require(name == null ? otherwise : name));
    }

    /** Returns which files are images. */
    ImageExtensions extensions() {
        return Usage.requireValid(command, () -> images.isEmpty() ? ImageExtensions.USUAL : ImageExtensions.of(images));
    }

    PipelineSettings settings() throws IOException {
        return config == null ? PipelineSettings.ofRunning(data.folder()) : PipelineSettings.read(config);
    }

    void run(ImageSource source, PrintWriter out) throws IOException, InterruptedException {
        Pace pace = Usage.requireValid(command, this::pace);
        KafkaConnection connection = KafkaConnection.patient(settings().kafka());
        SourceCatalog.ensureTopics(connection);
        Path journal = SourceJournals.of(data.folder(), connection).of(source.name());
        Thread sending = Thread.currentThread();
        try (StopSignal stop = StopSignal.ofProcess();
                Meters meters = new Meters()) {
            CompletableFuture<Void> unused =
                    stop.requested().thenRun(sending::interrupt); // the interrupt ends the loop
            SourceRunner runner = new SourceRunner(connection, meters, now -> show(now, out), out::println);
            SourceOutcome end = runner.run(source, journal, again ? Resend.ALL : Resend.CHANGED, pace);
            out.println(ending(end) + " " + SourceLine.of(end.progress()));
        } catch (InterruptException | InterruptedException stopped) {
            out.println(stopped());
        }
    }

    private String ending(SourceOutcome end) {
        return end.isEnded() ? "Done." : end.loss().map(loss -> "Ended.").orElseGet(this::stopped);
    }

    private Pace pace() {
        return rate == null ? Pace.FREE : Pace.of(Checks.between("rate", rate, MIN_RATE, MAX_RATE));
    }

    private String stopped() {
        return again ? "Stopped." : "Stopped; run the same command again to continue.";
    }

    private static void show(SourceProgress progress, PrintWriter out) {
        if (Terminal.isInteractive()) {
            out.print("\r\u001b[2K" + SourceLine.of(progress) + " ");
            out.flush();
        } else {
            out.println(SourceLine.of(progress));
        }
    }
}
