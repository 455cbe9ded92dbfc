package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

    private static KafkaConnection connection;

    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private long version;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
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
