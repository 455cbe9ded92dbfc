package dev.latentstream.app.stages;

import ai.djl.Device;
import dev.latentstream.app.cli.DeviceOption;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.StopSignal;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.cluster.DataOption;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.runtime.Stage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that stage commands share. Runs stages in this process, against any cluster, until Control-C. */
public final class StageOptions {
    private static final Duration WATCH_EVERY = Duration.ofMillis(500);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings of the pipeline. Default: the built-in ones, with the cluster that runs on --data")
    private @Nullable Path config;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(
            names = "--http-port",
            paramLabel = "P",
            description = "Port of the metrics, 0 for a free one. Default: http.port of the settings")
    private @Nullable Integer httpPort;

    /** Selects stages of a pipeline. */
    public interface Choice {
        List<Stage> stages(Pipeline pipeline) throws IOException;
    }

    /** Returns where networks run. */
    public Device device() {
        return device.device();
    }

    PipelineSettings settings() throws IOException {
        PipelineSettings settings =
                config == null ? PipelineSettings.ofRunning(data.folder()) : PipelineSettings.read(config);
        if (httpPort == null) {
            return settings;
        }
        int port = httpPort;
        return Usage.requireValid(command, () -> settings.withHttpPort(port));
    }

    /** Returns the settings with a free port unless one is given: the process runs beside the stages of the same settings. */
    public PipelineSettings settingsWithFreePort() throws IOException {
        PipelineSettings settings = settings();
        return httpPort == null ? settings.withHttpPort(0) : settings;
    }

    void run(PipelineSettings settings, PrintWriter out, Choice choice) throws IOException, InterruptedException {
        boolean unused = run(settings, out, choice, () -> false);
    }

    /**
     * Runs stages until they are finished or the process is asked to stop.
     *
     * @param finished returns whether the stages have nothing left to do
     * @return whether they have
     */
    public boolean run(PipelineSettings settings, PrintWriter out, Choice choice, Finished finished)
            throws IOException, InterruptedException {
        Pipeline.ensureTopics(settings); // a signal may end this wait at once: no native library is in use yet
        try (StopSignal stop = StopSignal.ofProcess();
                Pipeline pipeline = new Pipeline(settings, device.device())) {
            // a stage that starts may wait, too
            CompletableFuture<Void> unused = stop.requested().thenRun(pipeline.connection()::endPatience);
            List<Stage> stages = new ArrayList<>();
            stages.add(pipeline.watch());
            stages.add(pipeline.policies());
            stages.addAll(choice.stages(pipeline));
            try (RunningStages running = RunningStages.start(settings.http(), pipeline.meters(), stages)) {
                out.println("Running on %s; metrics at http://%s:%d/metrics; stop with Control-C."
                        .formatted(
                                settings.kafka().bootstrapServers(),
                                settings.http().host(),
                                running.httpPort()));
                while (!finished.isFinished()) {
                    if (stop.isRequestedWithin(WATCH_EVERY)) {
                        return false;
                    }
                    Optional<Failure> failure = running.failure();
                    if (failure.isPresent()) {
                        throw failure.get();
                    }
                }
                return true;
            }
        }
    }

    /** Returns whether the stages have nothing left to do. */
    public interface Finished {
        boolean isFinished() throws InterruptedException;
    }
}
