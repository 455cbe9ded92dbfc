package dev.latentstream.app.bench;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.latentstream.app.bench.measure.BenchStopped;
import dev.latentstream.app.cli.DeviceOption;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.Paths;
import dev.latentstream.app.cli.StopSignal;
import dev.latentstream.app.cli.ThreadsOption;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.app.cluster.LocalCluster;
import dev.latentstream.app.cluster.LocalClusterOptions;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.runtime.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the cost of Kafka for each stage. */
@Command(
        name = "bench",
        subcommands = BenchModelsCommand.class,
        description = {
            "Measure each stage: images/s through Kafka against images/s of its bare function in this process,",
            "and the share of time that a trainer waits for data.",
            "It starts a broker of its own in a temporary folder, which it deletes at the end. Takes minutes; needs an idle machine."
        })
public final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--stage",
            paramLabel = "STAGE",
            split = ",",
            description =
                    "Measure only these: ${COMPLETION-CANDIDATES}. Default: ingest, captioning, encoding, trainer")
    private Set<BenchStage> stages =
            EnumSet.of(BenchStage.INGEST, BenchStage.CAPTIONING, BenchStage.ENCODING, BenchStage.TRAINER);

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description = "Measure with the images of this folder. Default: drawn scenes, JPEG files of 512 pixels")
    private @Nullable Path images;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Images per round, the first quarter of them as warm-up. Default: enough for some seconds")
    private @Nullable Integer count;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Training steps per round. Default: ${DEFAULT-VALUE}",
            defaultValue = "60")
    private int steps;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Measured rounds of each side, after one of warm-up. Default: ${DEFAULT-VALUE}",
            defaultValue = "3")
    private int rounds;

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Seed of scenes and training. Default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private long seed;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings of the stages (pipeline.yaml), except for their cluster and folders.")
    private @Nullable Path config;

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (images != null) {
            Paths.requireFolder(images);
        }
        BenchPlan plan = Usage.requireValid(spec, this::plan);
        threads.apply();
        PipelineSettings settings = config == null ? new PipelineSettings() : PipelineSettings.read(config);
        if (stages.contains(BenchStage.SCORING) && !settings.scoring().isEnabled()) {
            throw new Failure("scoring.models of the settings is empty: name folders of models with --config");
        }
        PrintWriter err = spec.commandLine().getErr();
        try (StopSignal stop = StopSignal.ofProcess()) {
            print(report(plan, settings, line -> err.println("bench: " + line), stop));
            return 0;
        } catch (BenchStopped asked) {
            err.println("bench: stopped");
            return 1;
        }
    }

    private BenchPlan plan() {
        return new BenchPlan(stages, images, count, steps, rounds, seed, device.device());
    }

    private static BenchReport report(
            BenchPlan plan, PipelineSettings settings, Consumer<String> progress, StopSignal stop)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("latentstream-bench");
        try (LocalCluster cluster = LocalCluster.start(new DataFolder(folder), LocalClusterOptions.free())) {
            StageSettings measured = new StageSettings(
                            settings.kafka(),
                            settings.ingest(),
                            settings.scoring(),
                            settings.captioning(),
                            settings.encoder(),
                            settings.trainer())
                    .on(cluster.address(), folder);
            return new Bench(plan, measured, progress, stop::isRequestedWithin).run();
        } finally {
            Folders.delete(folder);
        }
    }

    private void print(BenchReport report) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(report));
        } else {
            report.lines().forEach(out::println);
        }
    }
}
