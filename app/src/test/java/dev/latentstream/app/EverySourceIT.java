package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import ai.djl.Device;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.stages.Pipeline;
import dev.latentstream.app.stages.RunningStages;
import dev.latentstream.app.testing.CommandProcess;
import dev.latentstream.app.testing.CommittedLog;
import dev.latentstream.app.testing.ManyCommands;
import dev.latentstream.app.testing.PacedTraining;
import dev.latentstream.app.testing.PipelineAccount;
import dev.latentstream.app.testing.SourceFiles;
import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.app.testing.TestSettings;
import dev.latentstream.ingest.sources.s3.S3Server;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of source at once, into a pipeline with a trainer. Their process is killed, then started again, each source paused, and that
 * process killed too; a third one ends what they began. No image is sent twice, and none is missing.
 */
class EverySourceIT {
    private static final String PREFIX = "every-";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    /** The first image at once, and the next one after what a busy machine takes to kill a process. */
    private static final String SLOWLY = " --rate=0.05";

    @TempDir
    private static Path folder;

    @AutoClose
    private final Cluster cluster = Cluster.start();

    @Test
    void everyItemOfEverySourceIsSentOnceWhateverIsKilled() throws Exception {
        createTopic();
        PipelineSettings settings = TestSettings.of(StageFixture.settings(cluster, PREFIX), folder);
        try (SourceFiles files = SourceFiles.write(folder, cluster.bootstrapServers());
                Pipeline pipeline = new Pipeline(settings, Device.cpu())) {
            Files.writeString(folder.resolve("pipeline.yaml"), settings(files.port()));
            CommittedLog log = new CommittedLog(cluster, pipeline.connection());
            new TopicSetup(pipeline.connection())
                    .ensure(pipeline.connection().topics().fixed());
            try (RunningStages stages = RunningStages.start(settings.http(), pipeline.meters(), stages(pipeline))) {
                killInTheMiddle(files, pipeline, log);
                pauseThenKill(files, pipeline, log);
                end(files, pipeline, log);

                PipelineAccount account =
                        new PipelineAccount(log, pipeline.connection().topics(), Set.of());
                awaitThat(() -> {
                    assertThat(stages.failure()).isEmpty();
                    return account.isComplete();
                });
                awaitThat(() -> trained(pipeline, log).equals(files.commands().keySet()));
                check(files, pipeline, log, account);
            }
        }
    }

    private static void killInTheMiddle(SourceFiles files, Pipeline pipeline, CommittedLog log) throws Exception {
        try (CommandProcess process = process(files, SLOWLY)) {
            awaitSent(pipeline, log, process, files, (source, sent) -> sent >= 1);
            process.signal("KILL");
            process.awaitEnd();
        }
        assertThat(sent(pipeline, log))
                .allSatisfy((source, uris) -> assertThat(uris).as(source).hasSizeLessThan(SourceFiles.GOOD));
    }

    private static void pauseThenKill(SourceFiles files, Pipeline pipeline, CommittedLog log) throws Exception {
        Map<String, List<String>> before = sent(pipeline, log);
        try (CommandProcess process = process(files, SLOWLY)) {
            awaitSent(
                    pipeline,
                    log,
                    process,
                    files,
                    (source, sent) ->
                            sent > before.getOrDefault(source, List.of()).size());
            for (String source : files.commands().keySet()) {
                command("source pause " + source);
                process.awaitLine(source + " is paused by ");
            }
            process.signal("KILL");
            process.awaitEnd();
        }
        assertThat(sent(pipeline, log))
                .allSatisfy((source, uris) -> assertThat(uris).as(source).hasSizeLessThan(SourceFiles.GOOD));
    }

    private static void end(SourceFiles files, Pipeline pipeline, CommittedLog log) throws Exception {
        Map<String, List<String>> paused = sent(pipeline, log);
        try (CommandProcess process = process(files, "")) {
            files.writeLater();
            for (String source : files.commands().keySet()) {
                process.awaitLine(source + " is paused by ");
            }
            assertThat(sent(pipeline, log)).isEqualTo(paused);
            for (String source : files.commands().keySet()) {
                command("source resume " + source);
            }
            awaitSent(pipeline, log, process, files, (source, sent) -> sent == expected(source));
            for (String source : files.commands().keySet()) {
                if (!source.equals("watch")) {
                    process.awaitLine("Done. " + source + ": ");
                }
            }
            process.terminate();
        }
    }

    /** Fails unless each image was sent once, and each page and dead link refused with its reason. */
    private static void check(SourceFiles files, Pipeline pipeline, CommittedLog log, PipelineAccount account) {
        List<ConsumerRecord<String, RawImage>> raw =
                log.read(pipeline.connection().topics().imagesRaw());
        Map<String, List<String>> ids = raw.stream()
                .collect(Collectors.groupingBy(
                        record -> record.value().getSource(),
                        Collectors.mapping(ConsumerRecord::key, Collectors.toList())));
        files.good().forEach((source, good) -> {
            Set<String> all = new HashSet<>(good);
            all.addAll(files.pages().get(source));
            assertThat(ids.get(source)).as(source).containsExactlyInAnyOrderElementsOf(all);
        });
        assertThat(raw).extracting(record -> record.value().getUri()).doesNotHaveDuplicates();
        account.check(files.commands().keySet().stream()
                .mapToInt(EverySourceIT::expected)
                .sum());

        Map<String, Rejection> rejections =
                log.table(pipeline.connection().topics().imagesRejected());
        files.pages().values().stream().flatMap(Set::stream).forEach(page -> assertThat(rejections.get(page))
                .as(page)
                .extracting(Rejection::getReason)
                .isEqualTo(RejectionReason.UNKNOWN_FORMAT));
        assertThat(log.read(pipeline.connection().topics().imagesRejected()))
                .extracting(ConsumerRecord::value)
                .filteredOn(rejection -> rejection.getStage().equals("source"))
                .as("each once, though three processes have asked for them")
                .extracting(Rejection::getReason, Rejection::getSource)
                .containsExactlyInAnyOrder(
                        tuple(RejectionReason.HTTP_STATUS, "parquet"),
                        tuple(RejectionReason.HTTP_STATUS, "jsonl"),
                        tuple(RejectionReason.HTTP_STATUS, "csv"));
    }

    /** Returns the number of records that a source writes to images-raw. */
    private static int expected(String source) {
        return source.equals("scenes") ? SourceFiles.GOOD : SourceFiles.GOOD + 1;
    }

    private static void awaitSent(
            Pipeline pipeline,
            CommittedLog log,
            CommandProcess process,
            SourceFiles files,
            BiPredicate<String, Integer> enough) {
        awaitThat(() -> {
            process.requireAlive();
            Map<String, List<String>> sent = sent(pipeline, log);
            return files.commands().keySet().stream()
                    .allMatch(source -> enough.test(
                            source, sent.getOrDefault(source, List.of()).size()));
        });
    }

    private static void awaitThat(Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(POLL_INTERVAL).until(condition);
    }

    /** Returns the URIs that were sent, by source. */
    private static Map<String, List<String>> sent(Pipeline pipeline, CommittedLog log) {
        return log.read(pipeline.connection().topics().imagesRaw()).stream()
                .map(ConsumerRecord::value)
                .collect(Collectors.groupingBy(
                        RawImage::getSource, TreeMap::new, Collectors.mapping(RawImage::getUri, Collectors.toList())));
    }

    /** Returns the sources whose latents were trained. */
    private static Set<String> trained(Pipeline pipeline, CommittedLog log) {
        return log.read(pipeline.connection().topics().trainingLedger()).stream()
                .map(ConsumerRecord::value)
                .flatMap(step -> step.getSamples().stream()
                        .map(sample -> step.getTopics().get(sample.getTopic())))
                .distinct()
                .map(pipeline.connection().topics()::sourceOfLatents)
                .collect(Collectors.toSet());
    }

    private static CommandProcess process(SourceFiles files, String options) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("-Daws.accessKeyId=" + S3Server.KEY, "-Daws.secretAccessKey=" + S3Server.SECRET));
        files.commands()
                .values()
                .forEach(command -> arguments.add(command + " --config=pipeline.yaml --data=data" + options));
        return CommandProcess.start(folder, ManyCommands.class, arguments);
    }

    private static List<Stage> stages(Pipeline pipeline) throws IOException {
        List<Stage> stages = new ArrayList<>(List.of(pipeline.policies(), pipeline.ingest(), pipeline.captioning()));
        stages.addAll(pipeline.encoding());
        stages.add(pipeline.training(new PacedTraining(Duration.ofMillis(250))));
        return stages;
    }

    private void createTopic() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(SourceFiles.TOPIC, 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static void command(String command) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String line = command + " --config=" + folder.resolve("pipeline.yaml");
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), line.split(" ", -1));
        assertThat(code).as("%s: %s", command, err).isZero();
    }

    private String settings(int port) {
        return """
                kafka:
                  bootstrap-servers: %s
                  schema-registry-url: %s
                  topic-prefix: %s
                  partitions: %d
                ingest:
                  fetch:
                    hosts: {delay: 0ms}
                    network: {ports: [%d], allowed: [127.0.0.1/32]}
                """.formatted(
                        cluster.bootstrapServers(), cluster.schemaRegistryUrl(), PREFIX, StageFixture.PARTITIONS, port);
    }
}
