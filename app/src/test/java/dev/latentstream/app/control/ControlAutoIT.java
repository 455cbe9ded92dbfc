package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.testing.Commands;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.TrainingMetrics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A controller against the reports of a run, on a real broker. */
@Timeout(120)
class ControlAutoIT {
    private static final MixturePolicy PERSON = MixturePolicy.newBuilder()
            .setSourceWeights(Map.of("a", 3.0, "b1", 1.0))
            .build();

    @AutoClose
    private static final Meters METERS = new Meters();

    @AutoClose
    private static Cluster cluster;

    @TempDir
    private static Path folder;

    private static KafkaConnection connection;
    private static Commands commands;

    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private long version;

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
        commands = Commands.on(cluster, folder, "");
        connection =
                new KafkaConnection(new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl()));
        new TopicSetup(connection)
                .ensure(List.of(
                        connection.topics().control(), connection.topics().trainingMetrics()));
    }

    @BeforeEach
    void writeAsAPerson() {
        version = writer().write(PERSON, "ada").getVersion();
    }

    @Test
    void itTurnsTheMixtureAndRestoresItInTheEnd() throws Exception {
        CompletableFuture<AutoMixture.End> end = follow(Duration.ofMinutes(1));

        String line = lines.poll();
        while (line == null) { // a report before the controller listens is not heard
            report(100, version);
            line = lines.poll(500, TimeUnit.MILLISECONDS);
        }

        assertThat(line).isEqualTo("step 100: version %d, weights a 2.800, b1 1.200".formatted(version + 1));
        assertThat(mixture().getAuthor()).isEqualTo("auto:odm");
        assertThat(mixture().getReason()).isEqualTo("losses of run r at step 100");
        stopped.set(true);
        assertThat(end.get()).isEqualTo(AutoMixture.End.STOPPED);
        assertThat(mixture().getPolicy()).isEqualTo(PERSON);
        assertThat(mixture().getReason()).isEqualTo("restores version " + version);
    }

    @Test
    void itRestoresTheMixtureOfAControllerThatWasKilledIfTheRunIsSilent() throws Exception {
        MixturePolicy left =
                MixturePolicy.newBuilder().setSourceWeights(Map.of("a", 1.0)).build();
        writer().write(left, AutoMixture.AUTHOR);

        assertThat(follow(Duration.ofMillis(300)).get()).isEqualTo(AutoMixture.End.SILENCE);

        assertThat(mixture().getPolicy()).isEqualTo(PERSON);
    }

    @Test
    void thePolicyOfAPersonStays() throws Exception {
        CompletableFuture<AutoMixture.End> end = follow(Duration.ofMinutes(1));
        MixturePolicy another =
                MixturePolicy.newBuilder().setAltTextProbability(0).build();
        long written = writer().write(another, "bob").getVersion();

        while (!end.isDone()) { // by a report under the version of bob, or by a conflict with it
            report(100, written);
            lines.poll(200, TimeUnit.MILLISECONDS);
        }

        assertThat(end.get()).isEqualTo(AutoMixture.End.OVERTAKEN);
        assertThat(mixture().getVersion()).isEqualTo(written);
        assertThat(mixture().getPolicy()).isEqualTo(another);
    }

    @Test
    void theCommandRestoresAndFailsIfTheRunIsSilent() throws Exception {
        report(100, version);
        writer().write(MixturePolicy.newBuilder().build(), AutoMixture.AUTHOR);

        Commands.Result silent = commands.run("control", "auto", "--run=r", "--silence=1");

        assertThat(silent.exitCode()).isEqualTo(1);
        assertThat(silent.out()).isEqualTo("version %d restores version %d\n".formatted(version + 2, version));
        assertThat(silent.err()).isEqualTo("latentstream: run r reported nothing for 1.0 s\n");
        assertThat(mixture().getPolicy()).isEqualTo(PERSON);
    }

    @Test
    void theCommandSaysThatThereIsNoSuchRunAndRestoresNothingTwice() throws Exception {
        report(100, version);
        writer().write(PERSON, AutoMixture.AUTHOR); // as a controller before restored it

        Commands.Result silent = commands.run("control", "auto", "--run=typo", "--silence=1");

        assertThat(silent.exitCode()).isEqualTo(1);
        assertThat(silent.out()).isEmpty();
        assertThat(silent.err().lines())
                .containsExactly(
                        "warning: no run typo in the newest training-metrics; there are r. It is awaited for 1.0 s (--silence)",
                        "latentstream: run typo reported nothing for 1.0 s");
        assertThat(mixture().getVersion()).isEqualTo(version + 1);
    }

    @Test
    void theCommandEndsWellIfSomebodyElseWritesAMixture() throws Exception {
        CompletableFuture<Commands.Result> command = CompletableFuture.supplyAsync(
                () -> commands.run("control", "auto", "--run=r", "--interval=0", "--floor=0.1"));

        do { // a report before the command listens is not heard, and one under a later version ends it
            report(100, version + 1);
        } while (!isDone(command, Duration.ofMillis(500)));

        assertThat(command.get().exitCode()).as(command.get().err()).isZero();
        assertThat(command.get().out()).isEqualTo("a mixture policy was written by somebody else: it stays\n");
        assertThat(mixture().getVersion()).isEqualTo(version);
    }

    @Test
    void theCommandRefusesAMixtureWhoseWeightsHaveASchedule() {
        commands.output("control", "set", "mixture", "--schedule=weight/a=linear:0-100:3");

        assertThat(commands.usageError("control", "auto", "--run=r"))
                .contains(
                        "the mixture policy has the ramp weight/a=linear:0-100:3.0: a controller needs weights without a schedule");
    }

    private static boolean isDone(CompletableFuture<?> command, Duration atMost) throws Exception {
        try {
            command.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    private CompletableFuture<AutoMixture.End> follow(Duration silence) {
        MixtureAuthors authors = MixtureAuthors.read(connection);
        MixtureController.Limits limits =
                new MixtureController.Limits(new ShareLimits(0.1, 0.9, 0.05), Duration.ZERO, 500);
        MixtureController controller = new MixtureController(
                authors.person(), authors.version(), limits, new OnlineDataMixing(0.9), System.nanoTime());
        AutoMixture auto = new AutoMixture(connection, "r", authors, controller, writer(), lines::add);
        return CompletableFuture.supplyAsync(() -> auto.follow(silence, stopped::get));
    }

    private static void report(long step, long version) throws Exception {
        TrainingMetrics metrics = MixtureControllerTest.report(step, version, 0.5, 5);
        String topic = connection.topics().trainingMetrics().name();
        try (Producer<String, TrainingMetrics> producer =
                connection.producer(connection.topics().trainingMetrics(), "test")) {
            producer.send(new ProducerRecord<>(topic, "r", metrics)).get();
        }
    }

    private static Policy mixture() {
        return Objects.requireNonNull(Policies.current(connection, METERS).all().get("mixture/*"));
    }

    private static PolicyWriter writer() {
        return new PolicyWriter(connection, METERS, Clock.systemUTC());
    }
}
