package dev.latentstream.app.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.Main;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.ImageId;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.schemas.TensorType;
import dev.latentstream.schemas.Topic;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A cluster with latents of random numbers, and trainers of a tiny network: in this JVM, or in processes of their own, to be killed. */
public final class TrainerCluster implements AutoCloseable {
    private final Path folder;
    private final Cluster cluster;
    private final String prefix;
    private final KafkaConnection connection;

    private TrainerCluster(Path folder, Cluster cluster, String prefix) {
        this.folder = folder;
        this.cluster = cluster;
        this.prefix = prefix;
        connection = new KafkaConnection(new KafkaSettings(
                cluster.bootstrapServers(),
                cluster.schemaRegistryUrl(),
                prefix,
                4,
                (short) 1,
                new KafkaSettings().serializer(),
                new KafkaSettings().deserializer(),
                Map.of()));
        new TopicSetup(connection).ensure(connection.topics().fixed());
    }

    /**
     * Starts a cluster.
     *
     * @param folder of the runs and their settings
     */
    public static TrainerCluster start(Path folder) {
        return new TrainerCluster(folder, Cluster.start(), "");
    }

    /** Returns topics of their own, whose names begin with a prefix, on the same cluster. It need not be closed. */
    public TrainerCluster withPrefix(String prefix) {
        return new TrainerCluster(folder, cluster, prefix);
    }

    public KafkaConnection connection() {
        return connection;
    }

    public Cluster cluster() {
        return cluster;
    }

    /** Writes latents of a source. */
    public void write(String source, int latents) throws Exception {
        write(source, 0, latents);
    }

    /** Writes the latents of a source from one number to before another. */
    public void write(String source, int from, int end) throws Exception {
        Topic<Latent> topic = connection.topics().latents(source);
        new TopicSetup(connection).ensure(List.of(topic));
        try (Producer<String, Latent> producer = connection.producer(topic, "test")) {
            for (int i = from; i < end; i++) {
                Future<RecordMetadata> unused =
                        producer.send(new ProducerRecord<>(topic.name(), id(source, i), latent(source, i)));
            }
        } // acknowledged
    }

    /** Returns a partition of the latents of a source. */
    public TopicPartition partition(String source, int partition) {
        return new TopicPartition(connection.topics().latents(source).name(), partition);
    }

    /** Deletes the records of a partition before an offset, as retention does. */
    public void delete(TopicPartition partition, long before) throws Exception {
        try (Admin admin = connection.admin()) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    /** Runs a trainer to its end, in this JVM. */
    public Ended train(Path settings, String... options) {
        return run(arguments(settings, options).toArray(String[]::new));
    }

    /** Runs a trainer to its end, in this JVM; the test fails where the trainer does. */
    public void complete(Path settings, String... options) {
        Ended ended = train(settings, options);
        assertThat(ended.exitCode()).as("%s", ended).isZero();
    }

    /** Starts a trainer in a process of its own. */
    public CommandProcess launch(Path settings, String... options) throws Exception {
        return CommandProcess.start(folder, arguments(settings, options));
    }

    /** Starts trainers in one process. */
    public CommandProcess launchAll(List<Path> settings) throws Exception {
        return CommandProcess.start(
                folder,
                ManyCommands.class,
                settings.stream().map(file -> String.join(" ", arguments(file))).toList());
    }

    /** Starts a trainer in a process of its own, and kills it with signal 9 once it has trained a step. */
    public void kill(Path settings, int step, String... options) throws Exception {
        try (CommandProcess process = launch(settings, options)) {
            process.awaitLine("step %d ".formatted(step));
        }
    }

    /** Runs another command that finds the cluster by its settings. */
    public Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ended(
                code, out.toString().lines().toList(), err.toString().lines().toList());
    }

    /** Returns what is committed in the topics. */
    public CommittedLog log() {
        return new CommittedLog(cluster, connection);
    }

    /** Returns the steps that the ledger has of a run. */
    public List<LedgerStep> ledger(String run) {
        return log().readOurs(connection.topics().trainingLedger()).stream()
                .filter(record -> record.key().equals(run))
                .map(ConsumerRecord::value)
                .toList();
    }

    /** Returns a producer with the transactional id of a run, and a transaction that hides the end of the reports until it is fenced. */
    public Producer<byte[], byte[]> openTransaction(String run) throws Exception {
        Map<String, Object> properties =
                new HashMap<>(connection.transactionalProperties(connection.groupId("trainer-" + run)));
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 600_000); // as of a trainer
        Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        String topic = connection.topics().trainingMetrics().name();
        for (PartitionInfo partition : producer.partitionsFor(topic)) {
            producer.send(new ProducerRecord<>(topic, partition.partition(), null, null))
                    .get();
        }
        return producer;
    }

    public Path checkpoint(String run, int step) {
        return folder.resolve("training").resolve(run).resolve("checkpoints").resolve("step-%08d".formatted(step));
    }

    /** Returns the checksums of the weights in a checkpoint. */
    public List<String> weights(String run, int step) throws Exception {
        return Files.readAllLines(checkpoint(run, step).resolve("SHA256SUMS")).stream()
                .filter(line -> line.contains("safetensors"))
                .toList();
    }

    /** Writes the settings of a run. */
    public Path settings(String run, int steps) throws Exception {
        return settings(run, "redistribute", steps);
    }

    /** Writes the settings of a run. */
    public Path settings(String run, String whenDry, int steps) throws Exception {
        return Files.writeString(folder.resolve("%s-%s-%d.yaml".formatted(run, whenDry, steps)), """
                kafka:
                  bootstrap-servers: %s
                  schema-registry-url: %s
                  topic-prefix: "%s"
                trainer:
                  run: %s
                  folder: %s
                  steps: %d
                  batch-size: 4
                  metrics-every: 1
                  checkpoint-every: 5
                  network: {channels: [8, 16], depths: [0, 1], residual-blocks: 1, middle-depth: 1, head-width: 8, groups: 4, whole-text: false}
                  text: {folder: %s}
                  optimiser: {cool-down: 0}
                  feed: {when-dry: %s, shuffle: 12, minimum: 4, commit-every: 100ms}
                  samples: {prompts: []}
                """.formatted(
                        cluster.bootstrapServers(),
                        cluster.schemaRegistryUrl(),
                        prefix,
                        run,
                        folder.resolve("training"),
                        steps,
                        TestSettings.PIPELINE,
                        whenDry));
    }

    @Override
    public void close() {
        cluster.close();
    }

    private static List<String> arguments(Path settings, String... options) {
        List<String> arguments = new ArrayList<>(List.of("train", "--config=" + settings, "--http-port=0"));
        arguments.addAll(List.of(options));
        return arguments;
    }

    public static String id(String source, int index) {
        return ImageId.of(ByteBuffer.wrap((source + index).getBytes(StandardCharsets.UTF_8)));
    }

    /** A latent whose values and caption follow from its source and index. */
    public static Latent latent(String source, int index) {
        SplittableRandom random = new SplittableRandom(index);
        float[] values = new float[4 * 8 * 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        Encoding encoding = Encoding.newBuilder()
                .setMean(TensorBytes.encode(values, TensorType.FLOAT16))
                .setType(TensorType.FLOAT16)
                .setShape(List.of(4, 8, 8))
                .setCrop(new Crop(0, 0, 32, 32))
                .setBucket("32x32")
                .setEncoderId("test")
                .setSource(source)
                .build();
        Caption caption = Caption.newBuilder()
                .setText("image %d of %s".formatted(index, source))
                .setKind(CaptionKind.ALT)
                .build();
        return new Latent(encoding, new Captions(List.of(caption), source, 0L, 0, 0));
    }
}
