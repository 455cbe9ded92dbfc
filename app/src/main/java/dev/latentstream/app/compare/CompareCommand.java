package dev.latentstream.app.compare;

import dev.latentstream.app.cluster.BrokerReach;
import dev.latentstream.app.compare.TrainedNetworks.Network;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.settings.TextEncoderOption;
import dev.latentstream.app.settings.VaeOption;
import dev.latentstream.app.stages.PrintedTraining;
import dev.latentstream.app.stages.StageOptions;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.AtomicFile;
import dev.latentstream.runtime.kafka.KafkaConnection;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares runs on the same samples, after training them if need be. */
@Command(
        name = "compare",
        description = {
            "Train several networks on the identical samples, one after the other, and write a page about them; or about runs that exist.",
            "Each one is a run of its own, which the same command resumes after it was stopped or killed."
        })
public final class CompareCommand implements Callable<Integer> {
    private static final String PAGE = "index.html";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StageOptions options = new StageOptions();

    @Mixin
    private VaeOption vae = new VaeOption();

    @Mixin
    private TextEncoderOption text = new TextEncoderOption();

    @Option(
            names = "--runs",
            paramLabel = "RUN",
            split = ",",
            description = "Compare these runs, which exist, and train nothing.")
    private List<String> runs = List.of();

    @Mixin
    private TrainedNetworks trained = new TrainedNetworks();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder of the page, " + PAGE + ". Default: ${DEFAULT-VALUE}",
            defaultValue = "comparison")
    private Path folder = Path.of("comparison");

    @Override
    public Integer call() throws Exception {
        requireValid();
        PipelineSettings settings = options.settingsWithFreePort();
        settings = vae.folder().map(settings::withVae).orElse(settings); // it decodes the samples
        settings = text.folder().map(settings::withTextEncoder).orElse(settings);
        if (!runs.isEmpty()) {
            report(settings, runs);
            return 0;
        }
        List<Network> networks = trained.networks();
        ComparisonPlan plan = ComparisonPlan.of(connection(settings), settings, trained.sequence(), networks);
        if (!train(plan, settings)) {
            spec.commandLine().getOut().println("Stopped; run the same command again to continue.");
            return 1;
        }
        report(settings, plan.runs());
        return 0;
    }

    private void requireValid() {
        if (runs.isEmpty()) {
            trained.sequence();
            trained.networks();
            return;
        }
        if (trained.isGiven()) {
            throw usage(
                    "--runs compares runs that exist; --dataset, --replay, --backbones, --steps and --name train new ones");
        }
        if (runs.size() < 2 || new HashSet<>(runs).size() < runs.size()) {
            throw usage("--runs needs at least two runs, separated by commas, each one once");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private KafkaConnection connection(PipelineSettings settings) {
        BrokerReach.require(settings.kafka().bootstrapServers());
        return new KafkaConnection(settings.kafka());
    }

    /** Returns whether all runs are complete; otherwise the process was asked to stop. */
    private boolean train(ComparisonPlan plan, PipelineSettings settings) throws IOException, InterruptedException {
        List<PipelineSettings> trainings;
        try (TextEncoder encoder = settings.trainer().text().load(options.device())) {
            trainings = plan.trainings(encoder);
        }
        PrintWriter out = spec.commandLine().getOut();
        for (int i = 0; i < trainings.size(); i++) {
            out.println("Run %d of %d: %s, %d steps"
                    .formatted(i + 1, trainings.size(), plan.runs().get(i), plan.steps()));
            if (!PrintedTraining.run(options, trainings.get(i), out)) {
                return false;
            }
        }
        return true;
    }

    private void report(PipelineSettings settings, List<String> names) throws IOException {
        ComparedRuns compared;
        try (TextEncoder encoder = settings.trainer().text().load(options.device())) {
            Path all = settings.trainer().runFolder().resolveSibling(".").normalize();
            compared = ComparedRuns.read(connection(settings), all, encoder, names);
        }
        Comparison comparison = new Comparison(
                "latentstream "
                        + String.join(
                                " ", spec.root().commandLine().getParseResult().originalArgs()),
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                compared.runs(),
                SampleSequence.compare(compared.sequences()),
                settings.trainer().samples().prompts());
        Files.createDirectories(folder);
        Path page = AtomicFile.write(
                folder.resolve(PAGE), ComparisonPage.html(comparison).getBytes(StandardCharsets.UTF_8));
        PrintWriter out = spec.commandLine().getOut();
        ComparisonTable.lines(comparison.runs()).forEach(out::println);
        comparison.sameness().forEach(out::println);
        out.println("page " + page);
    }
}
