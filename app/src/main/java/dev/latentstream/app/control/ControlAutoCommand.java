package dev.latentstream.app.control;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.StopSignal;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.Names;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.runtime.settings.Checks;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Turns the mixture by the losses of a run until it is stopped, the run falls silent, or somebody else writes a mixture policy. In the
 * first two cases the last policy of a person is restored; in the third, the new one stays.
 */
@Command(
        name = "auto",
        description =
                "Turn the mixture by the losses of a run; on its end, restore the last mixture that a person wrote.")
final class ControlAutoCommand implements Callable<Integer> {
    /** The ways to turn the mixture. */
    enum Method {
        ODM
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(names = "--run", paramLabel = "R", required = true, description = "Run whose losses are followed.")
    private String run = "";

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description =
                    "odm: online data mixing (arXiv 2312.02406), a bandit whose rewards are losses. Default: ${DEFAULT-VALUE}",
            defaultValue = "odm")
    @SuppressWarnings("unused") // there is one
    private Method method = Method.ODM;

    @Option(
            names = "--floor",
            paramLabel = "SHARE",
            description = "Lowest share of a source. Default: ${DEFAULT-VALUE}",
            defaultValue = "0.02")
    private double floor;

    @Option(
            names = "--ceiling",
            paramLabel = "SHARE",
            description = "Highest share of a source. Default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private double ceiling;

    @Option(
            names = "--max-change",
            paramLabel = "SHARE",
            description = "Largest change of a share from one version to the next. Default: ${DEFAULT-VALUE}",
            defaultValue = "0.05")
    private double maxChange;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "Shortest time between two versions. Default: ${DEFAULT-VALUE}",
            defaultValue = "60")
    private double interval;

    @Option(
            names = "--silence",
            paramLabel = "SECONDS",
            description = "Ends, and restores, if the run reports nothing for so long. Default: ${DEFAULT-VALUE}",
            defaultValue = "600")
    private double silence;

    @Option(
            names = "--lease",
            paramLabel = "STEPS",
            description =
                    "Steps after which each version returns to the weights of the person by itself, also if this process was killed. Default: ${DEFAULT-VALUE}",
            defaultValue = "2000")
    private long lease;

    @Option(
            names = "--smoothing",
            paramLabel = "A",
            description = "Share of the reward before in the moving average of rewards. Default: ${DEFAULT-VALUE}",
            defaultValue = "0.9")
    private double smoothing;

    @Override
    public Integer call() throws Exception {
        MixtureController.Limits limits = Usage.requireValid(spec, this::limits);
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection).ensure(List.of(connection.topics().control()));
        MixtureAuthors authors = MixtureAuthors.read(connection);
        MixtureController controller = Usage.requireValid(
                spec,
                () -> new MixtureController(
                        authors.person(),
                        authors.version(),
                        limits,
                        new OnlineDataMixing(smoothing),
                        System.nanoTime()));
        PrintWriter out = spec.commandLine().getOut();
        warnIfUnknown(connection);
        try (StopSignal stop = StopSignal.ofProcess();
                Meters meters = new Meters()) {
            PolicyWriter writer = new PolicyWriter(connection, meters, Clock.systemUTC());
            AutoMixture auto = new AutoMixture(connection, run, authors, controller, writer, line -> {
                out.println(line);
                out.flush();
            });
            return switch (auto.follow(seconds(silence), stop::isRequested)) {
                case STOPPED -> 0;
                case OVERTAKEN -> {
                    out.println("a mixture policy was written by somebody else: it stays");
                    yield 0;
                }
                case SILENCE -> throw new Failure("run %s reported nothing for %s s".formatted(run, silence));
            };
        }
    }

    /** A run may begin later; but one that is misspelt never does. */
    private void warnIfUnknown(KafkaConnection connection) {
        Set<String> runs = RunMixture.reported(connection);
        if (!runs.contains(run)) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(
                    "warning: no run %s in the newest training-metrics; there are %s. It is awaited for %s s (--silence)"
                            .formatted(run, Names.listed(runs), silence));
            err.flush();
        }
    }

    private MixtureController.Limits limits() {
        Checks.nonBlank("run", run);
        Checks.between("interval", interval, 0, 86_400);
        Checks.between("silence", silence, 1, 86_400);
        Checks.between("lease", lease, 1, 1_000_000_000L);
        Checks.between("smoothing", smoothing, 0, 0.9999);
        return new MixtureController.Limits(new ShareLimits(floor, ceiling, maxChange), seconds(interval), lease);
    }

    private static Duration seconds(double value) {
        return Duration.ofNanos((long) (value * 1e9));
    }
}
