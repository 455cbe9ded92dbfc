package dev.latentstream.app.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jerolba.carpet.CarpetReader;
import dev.latentstream.app.testing.Commands;
import dev.latentstream.app.testing.ForeignRecords;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.LedgerTake;
import dev.latentstream.schemas.TensorType;
import dev.latentstream.schemas.Topic;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on ledgers of two samples a step, each of which draws the two latents that it took. */
class LedgerCommandsIT {
    private static final int LATENTS = 8;

    @TempDir
    private static Path folder;

    @AutoClose
    private static Cluster cluster;

    private static KafkaConnection connection;
    private static Commands commands;
    private static String encoder;
    private static int side; // of an image, in pixels

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
        connection =
                new KafkaConnection(new KafkaSettings().at(cluster.bootstrapServers(), cluster.schemaRegistryUrl()));
        commands = Commands.on(cluster, folder, "");
        try (Autoencoder autoencoder = ShippedModels.vae(Device.cpu())) {
            encoder = autoencoder.id() + "-square64";
            side = 8 * autoencoder.downsampling();
        }
        for (String source : List.of("a", "short")) {
            writeLatents(source);
        }
        writeSteps("killed", "a", first("a"), step(2, 2, 3), step(3, 4, 5), step(4, 6, 7));
        ForeignRecords.write(connection, connection.topics().trainingLedger(), "killed");
        writeSteps("killed", "a", step(3, 5, 4)); // resumed after step 2, and ended after step 3
        LedgerStep partly = step(4, 6, 7);
        partly.setSkipped(List.of(1));
        writeSteps("broken", "a", first("a"), step(2, 2, 3), swapped(step(3, 4, 5)), partly);
        writeSteps("old", "short", first("short"), step(2, 2, 3));
        try (Admin admin = connection.admin()) {
            TopicPartition partition =
                    new TopicPartition(connection.topics().latents("short").name(), 0);
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(3)))
                    .all()
                    .get();
        }
    }

    @Test
    void showPrintsTheSamplesOfTheStepThatCounts() {
        Commands.Result shown = run("show", "--run=killed", "--step=3");

        assertThat(shown.exitCode()).isZero();
        assertThat(shown.out()).isEqualToNormalizingNewlines("""
                run killed, step 3: 2 samples, mixture policy 4
                   0  a  latents-a-0@5  image %s
                      "a dense caption of 5" (dense)
                   1  a  latents-a-0@4  image %s
                      no caption (dropped)
                """.formatted(id(5), id(4)));
    }

    /** As of a trainer of another run that was killed: it hides later steps from readers of committed ones until the cluster ends it. */
    @Test
    void anOpenTransactionHidesNoStep() throws Exception {
        Topic<LedgerStep> ledger = connection.topics().trainingLedger();
        try (KafkaProducer<String, LedgerStep> killed = new KafkaProducer<>(
                connection.transactionalProperties("killed"), new StringSerializer(), connection.serializer(ledger))) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(new ProducerRecord<>(ledger.name(), "hidden", first("a")))
                    .get(); // in the run's partition
            writeSteps("hidden", "a", first("a"), step(2, 2, 3));

            CompletableFuture<Commands.Result> shown =
                    CompletableFuture.supplyAsync(() -> run("show", "--run=hidden", "--step=2"));
            await().during(Duration.ofSeconds(1)).until(() -> !shown.isDone());
            killed.abortTransaction();

            assertThat(shown.get().out()).startsWith("run hidden, step 2: 2 samples");
        }
    }

    @Test
    void showRefusesAStepThatWasSuperseded() {
        Commands.Result shown = run("show", "--run=killed", "--step=4");

        assertThat(shown.exitCode()).isEqualTo(1);
        assertThat(shown.err()).contains("the ledger has no step 4 of the run killed; it has the steps 1 to 3");
    }

    @Test
    void showDecodesTheImagesOfAStep() throws Exception {
        Path file = folder.resolve("step.png");

        Commands.Result shown = run("show", "--run=killed", "--step=2", "--pictures=" + file);

        assertThat(shown.exitCode()).as("%s", shown.err()).isZero();
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isEqualTo(2 * side + 2);
        assertThat(image.getHeight()).isEqualTo(side);
        Commands.Result none = run("show", "--run=old", "--step=1", "--pictures=" + file);
        assertThat(none.err())
                .contains("latents-short-0@0 no longer has the latent: the images of step 1 cannot be decoded");
    }

    @Test
    void aRunMustBeNamedIfThereAreSeveral() {
        assertThat(run("show", "--step=3").err())
                .contains("training-ledger has the runs broken, killed, old: name one by --run");
        assertThat(run("verify", "--run=none").err())
                .contains("training-ledger has no steps of the run none; it has the runs broken, killed, old");
    }

    @Test
    void verifyFindsNoMismatchInARunThatWasKilled() {
        Commands.Result verified = run("verify", "--run=killed");

        assertThat(verified.exitCode()).as("%s", verified.out()).isZero();
        assertThat(verified.out()).isEqualToNormalizingNewlines("""
                run killed: steps 1 to 3, written in 2 lives
                checked: 6 samples of 3 steps
                no mismatch
                """);
    }

    @Test
    void verifyNamesTheFirstMismatch() {
        Commands.Result verified = run("verify", "--run=broken");

        assertThat(verified.exitCode()).isEqualTo(1);
        assertThat(verified.out())
                .contains(
                        "first mismatch: step 3: sample 0 is image %s, caption 0, of latents-a-0@5, which has image %s"
                                .formatted(id(4), id(5)));
    }

    @Test
    void verifySaysWhatRetentionHasDeleted() {
        Commands.Result verified = run("verify", "--run=old");

        assertThat(verified.exitCode()).isZero();
        assertThat(verified.out())
                .contains("not checked: 3 samples: retention has deleted latents-short-0 before offset 3")
                .contains("checked: 1 samples of 2 steps")
                .endsWith("no mismatch\n");
    }

    /** The new topic has fewer records: the same image at the first place, and another one at the second. */
    @Test
    void aTopicThatWasRecreatedIsNotTakenForTheOneOfTheRun() throws Exception {
        writeLatents("again");
        writeSteps("again", "again", first("again"), step(2, 2, 3));
        String topic = connection.topics().latents("again").name();
        try (Admin admin = connection.admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
            await().until(() -> !admin.listTopics().names().get().contains(topic));
        }
        writeLatents("again", List.of(id(0), id(5)));

        Commands.Result verified = run("verify", "--run=again");
        Commands.Result shown = run("show", "--run=again", "--step=1", "--pictures=" + folder.resolve("again.png"));

        assertThat(verified.exitCode()).as("%s", verified.err()).isZero();
        assertThat(verified.out())
                .contains("not checked: 4 samples: topic latents-again was deleted and recreated")
                .endsWith("no mismatch\n");
        assertThat(shown.out()).contains("caption 0: the log no longer has it");
        assertThat(shown.err())
                .contains("latents-again-0@0 no longer has the latent: the images of step 1 cannot be decoded");
    }

    @Test
    void bothFormatsHaveTheSameRows() throws Exception {
        Path jsonl = folder.resolve("rows.jsonl");
        Path parquet = folder.resolve("rows.parquet");

        assertThat(run("export", "--run=killed", "--format=jsonl", "--to=" + jsonl)
                        .exitCode())
                .isZero();
        assertThat(run("export", "--run=killed", "--format=parquet", "--to=" + parquet)
                        .err())
                .contains("wrote 6 rows to");

        List<String> lines = Files.readAllLines(jsonl);
        assertThat(lines)
                .hasSize(6)
                .contains(
                        ("{\"run\":\"killed\",\"step\":3,\"sample\":0,\"source\":\"a\",\"topic\":\"latents-a\",\"partition\":0,"
                                        + "\"offset\":5,\"image_id\":\"%s\",\"caption_index\":0,\"caption\":\"a dense caption of 5\","
                                        + "\"level\":\"dense\",\"mixture_policy\":4,\"stays\":false,\"skipped\":false}")
                                .formatted(id(5)));
        List<String> again = new ArrayList<>();
        for (Map<?, ?> row : new CarpetReader<>(parquet.toFile(), Map.class)) {
            again.add(new ObjectMapper().writeValueAsString(row));
        }
        assertThat(again).isEqualTo(lines);
    }

    @Test
    void anExportHasTheRowsOfItsStepsEvenIfRetentionDeletedTheirLatents() throws Exception {
        Path jsonl = folder.resolve("old.jsonl");

        Commands.Result exported = run("export", "--run=old", "--format=jsonl", "--steps=2", "--to=" + jsonl);

        assertThat(exported.err()).contains("wrote 2 rows to");
        assertThat(run("export", "--run=old", "--format=jsonl", "--steps=3-", "--to=" + jsonl)
                        .err())
                .contains("the ledger has no step of 3- of the run old; it has the steps 1 to 2");
        assertThat(Files.readAllLines(jsonl))
                .map(line -> new ObjectMapper().readTree(line).path("caption").asText(null))
                .containsExactly(null, "");
    }

    /** Such as /dev/stdout, which a file took the place of, or an empty folder, which was deleted for it. */
    @Test
    void anExportReplacesNothingButAFile() throws Exception {
        Path target = Files.createFile(folder.resolve("target.jsonl"));
        Path link = Files.createSymbolicLink(folder.resolve("link.jsonl"), target);
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path png = Files.createFile(folder.resolve("target.png"));
        Path linkedPng = Files.createSymbolicLink(folder.resolve("link.png"), png);

        Commands.Result linked = run("export", "--run=killed", "--format=jsonl", "--to=" + link);
        Commands.Result refused = run("export", "--run=killed", "--format=jsonl", "--to=" + empty);
        run("show", "--run=killed", "--step=2", "--pictures=" + linkedPng);

        assertThat(linked.exitCode()).as("%s", linked.err()).isZero();
        assertThat(link).isSymbolicLink();
        assertThat(Files.readAllLines(target)).hasSize(6);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains(empty + ": Is a directory");
        assertThat(empty).isEmptyDirectory();
        assertThat(linkedPng).isSymbolicLink();
        assertThat(png).isNotEmptyFile();
    }

    @Test
    void usesPrintsTheStepsThatSawAnImage() {
        assertThat(run("uses", id(5)).out()).isEqualToNormalizingNewlines("""
                run broken, step 3, sample 1: latents-a-0@4  no caption (dropped)
                run killed, step 3, sample 0: latents-a-0@5  "a dense caption of 5" (dense)
                """);
        assertThat(run("uses", id(7)).out()).isEqualToNormalizingNewlines("""
                run broken, step 4, sample 1: latents-a-0@7  no caption (dropped)  not trained: removed
                """);
        assertThat(run("uses", "--run=killed", id(7)).out()).startsWith("no step drew " + id(7));
        assertThat(run("uses", "xyz").exitCode()).isEqualTo(2);
    }

    private static Commands.Result run(String... arguments) {
        return commands.run(
                Stream.concat(Stream.of("ledger"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static void writeLatents(String source) throws Exception {
        writeLatents(
                source,
                IntStream.range(0, LATENTS).mapToObj(LedgerCommandsIT::id).toList());
    }

    private static void writeLatents(String source, List<String> images) throws Exception {
        Topic<Latent> topic = connection.topics().latents(source);
        new TopicSetup(connection).ensure(List.of(topic, connection.topics().trainingLedger()));
        try (Producer<String, Latent> producer = connection.producer(topic, "test")) {
            for (int i = 0; i < images.size(); i++) {
                Encoding encoding = Encoding.newBuilder()
                        .setMean(ByteBuffer.wrap(new byte[4 * 8 * 8 * 2]))
                        .setType(TensorType.FLOAT16)
                        .setShape(List.of(4, 8, 8))
                        .setCrop(new Crop(0, 0, 64, 64))
                        .setBucket("64x64")
                        .setEncoderId(encoder)
                        .setSource(source)
                        .build();
                Caption caption = Caption.newBuilder()
                        .setText("a dense caption of " + i)
                        .setKind(CaptionKind.SYNTHETIC)
                        .setLevel("dense")
                        .build();
                Captions captions = Captions.newBuilder()
                        .setCaptions(List.of(caption))
                        .setSource(source)
                        .build();
                producer.send(new ProducerRecord<>(topic.name(), 0, images.get(i), new Latent(encoding, captions)))
                        .get();
            }
        }
    }

    private static void writeSteps(String run, String source, LedgerStep... steps) throws Exception {
        Topic<LedgerStep> ledger = connection.topics().trainingLedger();
        try (Producer<String, LedgerStep> producer = connection.producer(ledger, "test")) {
            for (LedgerStep step : steps) {
                step.setTopics(List.of(connection.topics().latents(source).name()));
                producer.send(new ProducerRecord<>(ledger.name(), run, step)).get();
            }
        }
    }

    private static LedgerStep first(String source) throws Exception {
        LedgerStep step = step(1, 0, 1);
        String topic = connection.topics().latents(source).name();
        try (Admin admin = connection.admin()) {
            TopicDescription found = Objects.requireNonNull(
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
            String id = found.topicId().toString();
            step.setOpened(List.of(new LedgerSource(topic, id, List.of(0L), 0L)));
        }
        step.setRun(new LedgerRun(7L, encoder, List.of(4, 8, 8), TensorType.FLOAT16, "text", Map.of()));
        return step;
    }

    /** The second sample has no caption. */
    private static LedgerStep step(long number, int first, int second) {
        return LedgerStep.newBuilder()
                .setStep(number)
                .setTopics(List.of())
                .setSamples(List.of(sample(first, 0), sample(second, -1)))
                .setTaken(
                        List.of(new LedgerTake(0, 0, 0, (long) Math.min(first, second), Math.max(first, second) + 1L)))
                .setMixturePolicy(4)
                .build();
    }

    private static LedgerSample sample(int offset, int caption) {
        return LedgerSample.newBuilder()
                .setImage(id(offset))
                .setTopic(0)
                .setPartition(0)
                .setOffset(offset)
                .setCaption(caption)
                .build();
    }

    /** Exchanges the offsets of the samples. */
    private static LedgerStep swapped(LedgerStep step) {
        LedgerSample first = step.getSamples().get(0);
        LedgerSample second = step.getSamples().get(1);
        long offset = first.getOffset();
        first.setOffset(second.getOffset());
        second.setOffset(offset);
        return step;
    }

    private static String id(int image) {
        return Integer.toString(image).repeat(64);
    }
}
