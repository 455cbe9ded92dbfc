package dev.latentstream.app.stages;

import static dev.latentstream.app.testing.Commands.withoutTimes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.latentstream.app.testing.Commands;
import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.app.testing.StartedStages;
import dev.latentstream.captioning.recaption.RecaptionLog;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Recaption;
import dev.latentstream.schemas.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecaptionCommandIT {
    @TempDir
    private Path folder;

    @AutoClose
    private StartedStages stages;

    @BeforeEach
    void start() throws Exception {
        stages = StartedStages.start(folder, pipeline -> List.of(pipeline.ingest(), pipeline.captioning()));
    }

    @Test
    void aSourceIsCountedCaptionedAndContinuedByCommand() throws Exception {
        stages.send("drawings", scene(0), scene(1));
        stages.send("others", scene(2));
        await().atMost(StartedStages.PATIENCE).until(() -> captions().size() == 3);
        RecaptionLog log = new RecaptionLog(stages.connection, Clock.systemUTC());

        assertThat(recaption("--dry-run")).isEqualTo("2 images of drawings would be captioned.\n");
        assertThat(recaption("--dry-run", "--since=2999-01-01"))
                .isEqualTo("0 images of drawings would be captioned.\n");
        assertThat(log.last("drawings")).as("dry runs begin none").isEmpty();
        Commands.Result unknown = stages.commands.run("recaption", "--source=drawing");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err())
                .isEqualTo("latentstream: no image of source \"drawing\"; there are those of drawings, others\n");
        assertThat(log.last("drawing")).isEmpty();

        assertThat(recaption()).endsWith("Done. drawings: 2 images captioned, 100 % of the topic read\n");
        assertThat(captions())
                .filteredOn(captions -> captions.getSource().equals("drawings"))
                .hasSize(2)
                .allSatisfy(captions -> assertThat(captions.getRevision()).isEqualTo(1));
        assertThat(log.last("drawings").orElseThrow().getDone()).isTrue();

        log.begin("drawings", log.plan("drawings", Instant.EPOCH, 4)); // and stopped at once
        assertThat(stages.commands.usageError("recaption", "--source=drawings", "--since=2026-11-01"))
                .contains("--since 2026-11-01T00:00:00Z differs from that of recaption 2, which is not complete"
                        + " (1970-01-01T00:00:00Z): leave it out to continue, or give --restart");
        assertThat(withoutTimes(recaption())).startsWith("Continues recaption 2 of drawings, begun TIME.\n");
        assertThat(log.last("drawings").map(Recaption::getNumber)).contains(2);

        log.begin("drawings", log.plan("drawings", null, 4));
        assertThat(recaption("--restart", "--rate=1000")).doesNotContain("Continues");
        assertThat(log.last("drawings").map(Recaption::getNumber)).contains(4);
        assertThat(captions())
                .filteredOn(captions -> captions.getSource().equals("others"))
                .allSatisfy(captions -> assertThat(captions.getRevision()).isZero());
    }

    @Test
    void recordsThatNobodyCanDecodeStopNoRecaption() throws Exception {
        stages.send("drawings", scene(0));
        await().atMost(StartedStages.PATIENCE).until(() -> captions().size() == 1);
        sendForeign(stages.topics.recaptions());
        sendForeign(stages.topics.images());

        assertThat(recaption("--dry-run")).isEqualTo("1 image of drawings would be captioned.\n");
        assertThat(recaption()).endsWith("Done. drawings: 1 image captioned, 100 % of the topic read\n");
        assertThat(stages.commands.output("dlq", "list")).contains("captioning").doesNotContain("recaption");
    }

    private void sendForeign(Topic<?> topic) throws Exception {
        try (Producer<String, String> producer = new KafkaProducer<>(
                stages.connection.producerProperties("foreign"), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic.name(), "drawings", "hello"))
                    .get();
        }
    }

    private String recaption(String... options) {
        Commands commands = stages.commands;
        String[] arguments = Stream.concat(Stream.of("recaption", "--source=drawings"), Stream.of(options))
                .toArray(String[]::new);
        return commands.output(arguments);
    }

    private Collection<Captions> captions() {
        return stages.log.table(stages.topics.captions()).values();
    }

    private static byte[] scene(int number) throws IOException {
        return MixedFiles.encode("png", SceneRenderer.render(Scenes.scene(9, number), 64, 64));
    }
}
