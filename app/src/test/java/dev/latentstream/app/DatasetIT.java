package dev.latentstream.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.testing.CommandProcess.Ended;
import dev.latentstream.app.testing.TrainerCluster;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latents that are frozen, trained on for two epochs by a run that is killed, and then deleted. */
class DatasetIT {
    private static final int LATENTS = 30;

    @TempDir
    private static Path folder;

    @AutoClose
    private static TrainerCluster trainers;

    @BeforeAll
    static void writeLatents() throws Exception {
        trainers = TrainerCluster.start(folder);
        trainers.write("east", 20);
        trainers.write("west", 10);
    }

    @Test
    void aForeignRecordHidesNoDataset() throws Exception {
        TrainerCluster own = trainers.withPrefix("foreign-");
        own.write("east", 5);
        String config = "--config=" + own.settings("foreign", 0);
        own.run("dataset", "freeze", "--name=kept", config);
        try (KafkaProducer<String, String> foreign = new KafkaProducer<>(
                own.connection().producerProperties("foreign"), new StringSerializer(), new StringSerializer())) {
            foreign.send(new ProducerRecord<>(
                            own.connection().topics().datasets().name(), "kept", "no dataset"))
                    .get();
        }

        Ended shown = own.run("dataset", "show", "kept", config);

        assertThat(shown.exitCode()).as("%s", shown).isZero();
        assertThat(shown.out().get(0)).startsWith("kept: 5 latents");
    }

    @Test
    void aDatasetIsTrainedOnEpochByEpochAndComparedWithTheLog() throws Exception {
        Path settings = trainers.settings("unused", 0);
        String config = "--config=" + settings;

        Ended frozen = trainers.run("dataset", "freeze", "--name=small", "--block=4", config);
        trainers.write("east", 7); // not in it

        assertThat(frozen.exitCode()).as("%s", frozen).isZero();
        assertThat(frozen.err())
                .anyMatch(line -> line.startsWith("warning: latents-east keeps records for 168 hours."));
        JsonNode manifest =
                trainers.run("dataset", "show", "small", "--json", config).json();
        assertThat(manifest.path("latents").asInt()).isEqualTo(LATENTS);
        assertThat(manifest.path("partitions")).hasSize(8);

        String[] options = {"--run=epochs", "--dataset=small", "--epochs=2"};
        trainers.kill(settings, 9, options); // in the second epoch, whose first step is 9
        Ended trained = trainers.train(settings, options);

        assertThat(trained.exitCode()).as("%s", trained).isZero();
        List<LedgerStep> steps = trainers.ledger("epochs");
        assertThat(steps).hasSize(16);
        for (List<LedgerStep> epoch : List.of(steps.subList(0, 8), steps.subList(8, 16))) {
            List<String> drawn = epoch.stream()
                    .flatMap(step -> step.getSamples().stream())
                    .map(LedgerSample::getImage)
                    .toList();
            assertThat(drawn).hasSize(LATENTS).doesNotHaveDuplicates();
            assertThat(new HashSet<>(drawn)).isEqualTo(images());
        }

        assertThat(trainers.run("dataset", "verify", "small", config).text())
                .isEqualTo("small: 30 latents are as they were frozen, checksum "
                        + manifest.path("checksum").asText());
        try (Admin admin = trainers.connection().admin()) {
            admin.deleteRecords(Map.of(new TopicPartition("latents-east", 1), RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }
        Ended lost = trainers.run("dataset", "verify", "small", config);
        assertThat(lost.exitCode()).isEqualTo(1);
        assertThat(lost.err())
                .last()
                .asString()
                .startsWith("latentstream: latents-east-1 has the offsets 1 to ")
                .contains("the offsets 0 to ");
    }

    private static Set<String> images() {
        Set<String> images = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            images.add(TrainerCluster.id("east", i));
        }
        for (int i = 0; i < 10; i++) {
            images.add(TrainerCluster.id("west", i));
        }
        return images;
    }
}
