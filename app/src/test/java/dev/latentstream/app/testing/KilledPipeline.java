package dev.latentstream.app.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.app.Main;
import dev.latentstream.app.source.SourceChoice;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.SourceOutcome;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.Topic;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A pipeline of processes that can be killed: a broker with its data on disk, the stages, and trainers. Short commands and sources run in
 * this JVM.
 */
public final class KilledPipeline implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofMinutes(10);
    public static final int PARTITIONS = 2;

    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);
    private static final String BROKER = "broker";

    /** On a cluster that is not killed: no broker is started. */
    private static final int NO_PORT = 0;

    private final Path folder;
    private final int port;
    private final int registry;
    private final KafkaConnection connection;
    private final CommittedLog log;
    private final Admin admin;
    private final Meters meters = new Meters();
    private final Map<String, CommandProcess> running = new ConcurrentHashMap<>();
    private final Map<String, Integer> sent = new ConcurrentHashMap<>(); // images, by source

    private KilledPipeline(Path folder, String prefix, int port, int registry, String bootstrap, String url) {
        this.folder = folder;
        this.port = port;
        this.registry = registry;
        KafkaSettings defaults = new KafkaSettings();
        connection = new KafkaConnection(new KafkaSettings(
                bootstrap,
                url,
                prefix,
                PARTITIONS,
                (short) 1,
                defaults.serializer(),
                defaults.deserializer(),
                Map.of()));
        log = new CommittedLog(cluster(), connection);
        admin = connection.admin();
    }

    /**
     * Starts a broker, without stages.
     *
     * @param prefix of topics and groups; instances of stages are numbered by group, so no other pipeline of this machine may have it
     */
    public static KilledPipeline start(Path folder, String prefix) throws IOException {
        int port = lastingPort();
        int registry = lastingPort();
        KilledPipeline started =
                new KilledPipeline(folder, prefix, port, registry, "127.0.0.1:" + port, "http://127.0.0.1:" + registry);
        started.startBroker();
        return started.withTopics();
    }

    /** Uses a cluster that is not killed, without stages. */
    public static KilledPipeline on(Cluster cluster, Path folder, String prefix) {
        return new KilledPipeline(
                        folder, prefix, NO_PORT, NO_PORT, cluster.bootstrapServers(), cluster.schemaRegistryUrl())
                .withTopics();
    }

    private KilledPipeline withTopics() {
        new TopicSetup(connection).ensure(connection.topics().fixed());
        return this;
    }

    public KafkaConnection connection() {
        return connection;
    }

    public CommittedLog log() {
        return log;
    }

    public Admin admin() {
        return admin;
    }

    public void startBroker() throws IOException {
        start(BROKER, BROKER, "--data=data", "--port=" + port, "--registry-port=" + registry)
                .awaitLine("Stop them with Control-C.");
    }

    /** Kills the broker and the process of the registry. */
    public void killBroker() {
        kill(BROKER);
    }

    /** Stops the broker in order. */
    public void stopBroker() throws InterruptedException {
        process(BROKER).terminate();
        kill(BROKER);
    }

    /** Starts an instance of a stage. */
    public void startStage(String name, String stage) throws IOException {
        start(name, stage, "--config=" + settings("repeat", 0), "--http-port=0");
    }

    /** Starts every stage and a trainer in one process. */
    public CommandProcess startAll(String name, String whenDry) throws IOException {
        String options = " --http-port=0 --config=" + settings(whenDry, 0);
        List<String> commands = Stream.of("ingest", "caption", "encode", "train")
                .map(stage -> stage + options)
                .toList();
        CommandProcess process = CommandProcess.start(folder, ManyCommands.class, commands);
        running.put(name, process);
        return process;
    }

    /** Starts a trainer of the run that has the name of its mode. */
    public CommandProcess startTrainer(String whenDry) throws IOException {
        return start(whenDry, "train", "--config=" + settings(whenDry, 0), "--http-port=0");
    }

    /**
     * Ends the transactions that killed trainers have left open, as an operator can. They hide what other runs commit in the same partition
     * of the ledger, and the cluster would end them after ten minutes.
     */
    public void endTransactions(Collection<String> runs) throws Exception {
        admin.fenceProducers(runs.stream()
                        .map(run -> connection.groupId("trainer-" + run))
                        .toList())
                .all()
                .get();
    }

    /** Starts a command that is found by a name. */
    public CommandProcess start(String name, String... arguments) throws IOException {
        CommandProcess process = CommandProcess.start(folder, List.of(arguments));
        running.put(name, process);
        return process;
    }

    /** Kills a process with signal 9. */
    public void kill(String name) {
        Objects.requireNonNull(running.remove(name)).close();
    }

    public CommandProcess process(String name) {
        return Objects.requireNonNull(running.get(name));
    }

    /** Fails if a process has ended by itself. */
    public void check() {
        running.values().forEach(CommandProcess::requireAlive);
    }

    /** Trains a run up to a step, in this JVM. */
    public Ended train(String whenDry, int steps, String... options) throws IOException {
        return run(Stream.concat(
                        Stream.of("train", "--config=" + settings(whenDry, steps), "--http-port=0"), Stream.of(options))
                .toArray(String[]::new));
    }

    /** Runs a command on this cluster in this JVM, and requires that it succeeds. */
    public Ended command(String... arguments) throws IOException {
        Ended ended = run(Stream.concat(Stream.of(arguments), Stream.of("--config=" + settings("repeat", 0)))
                .toArray(String[]::new));
        assertThat(ended.exitCode()).as("%s: %s", List.of(arguments), ended).isZero();
        return ended;
    }

    private static Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ended(
                code, out.toString().lines().toList(), err.toString().lines().toList());
    }

    /** Sends further drawn scenes of a source, some each second, and returns once all are committed. */
    public void send(String source, int count, double perSecond) throws IOException {
        int total = Objects.requireNonNull(sent.merge(source, count, Integer::sum));
        SourceProducer producer = new SourceProducer(connection, meters);
        try (ImageSource scenes = SourceChoice.scenes(source, source.hashCode(), total, 6, 64)) {
            SourceOutcome outcome = producer.send(scenes, Pace.of(perSecond), progress -> {});
            assertThat(outcome.isEnded()).as("%s", outcome).isTrue();
            assertThat(outcome.progress().sent()).isEqualTo(count);
        }
    }

    /** Waits until every image has ended. */
    public void awaitComplete(PipelineAccount account) {
        await("the account")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    check();
                    return account.isComplete();
                });
    }

    /** Returns the number of images that were sent. */
    public int sent() {
        return sent.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Waits until a topic has some offsets more than it had, whether they are committed or not. */
    public void awaitOffsets(Topic<?> topic, long end) {
        await(topic.name()).atMost(PATIENCE).pollInterval(POLL_INTERVAL).until(() -> {
            check();
            return offsets(topic) >= end;
        });
    }

    /** Returns the sum of the ends of a topic's partitions, open transactions included. */
    public long offsets(Topic<?> topic) {
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, PARTITIONS)
                .mapToObj(i -> new TopicPartition(topic.name(), i))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        try {
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Returns the steps that the ledger has of a run. */
    public List<LedgerStep> ledger(String run) {
        return log.read(connection.topics().trainingLedger()).stream()
                .filter(record -> record.key().equals(run))
                .map(ConsumerRecord::value)
                .toList();
    }

    /** Returns the checksums of the weights in a checkpoint. */
    public List<String> weights(String run, int step) throws IOException {
        Path checkpoint =
                folder.resolve("training").resolve(run).resolve("checkpoints").resolve("step-%08d".formatted(step));
        return Files.readAllLines(checkpoint.resolve("SHA256SUMS")).stream()
                .filter(line -> line.contains("safetensors"))
                .toList();
    }

    @Override
    public void close() {
        List<String> names = new ArrayList<>(new TreeMap<>(running).keySet());
        names.remove(BROKER);
        names.forEach(this::kill);
        if (running.containsKey(BROKER)) {
            kill(BROKER);
        }
        admin.close(Duration.ZERO);
        meters.close();
    }

    /**
     * Returns a port that stays free while no broker listens: below those that Linux gives to connections. A client that tries to reach a
     * dead broker can otherwise be given the broker's own port, and connects to itself.
     */
    private static int lastingPort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException taken) {
                // the next one
            }
        }
    }

    /** The cluster of the broker's process, which this fixture closes. */
    private Cluster cluster() {
        return new Cluster() {
            @Override
            public String bootstrapServers() {
                return connection.settings().bootstrapServers();
            }

            @Override
            public String schemaRegistryUrl() {
                return connection.settings().schemaRegistryUrl();
            }

            @Override
            public void close() {}
        };
    }

    /** Writes settings once: a process that starts may be reading them. */
    private Path settings(String whenDry, int steps) throws IOException {
        Path file = folder.resolve("%s-%d.yaml".formatted(whenDry, steps));
        return Files.exists(file)
                ? file
                : Files.writeString(file, """
                kafka:
                  bootstrap-servers: %s
                  schema-registry-url: %s
                  topic-prefix: "%s"
                  partitions: %d
                ingest:
                  streams: {state-dir: "%5$s/state", commit-every: 100ms}
                captioning:
                  batch: {batch-size: 4, flush-after: 100ms}
                encoder:
                  resolution: 32
                  batch: {batch-size: 4, flush-after: 100ms}
                  join: {state-dir: "%5$s/state", commit-every: 100ms}
                trainer:
                  run: %6$s
                  folder: "%5$s/training"
                  steps: %7$d
                  batch-size: 4
                  metrics-every: 1
                  checkpoint-every: 5
                  network: {channels: [8, 16], depths: [0, 1], residual-blocks: 1, middle-depth: 1, head-width: 8, groups: 4, whole-text: false}
                  text: {folder: "%9$s"}
                  optimiser: {cool-down: 0}
                  feed: {when-dry: %6$s, shuffle: %8$d, minimum: 4, discover-every: 500ms, commit-every: 1s}
                  samples: {prompts: []}
                """.formatted(
                        connection.settings().bootstrapServers(),
                        connection.settings().schemaRegistryUrl(),
                        connection.settings().topicPrefix(),
                        PARTITIONS,
                        folder,
                        whenDry,
                        steps,
                        whenDry.equals("wait") ? 4 : 12, // it waits until the buffer of the smallest source is full
                        TestSettings.PIPELINE));
    }
}
