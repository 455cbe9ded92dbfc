package dev.latentstream.app;

import static dev.latentstream.app.testing.StageFixture.PATIENCE;
import static dev.latentstream.app.testing.StageFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.djl.Device;
import dev.latentstream.app.source.SourceChoice;
import dev.latentstream.app.testing.StageFixture;
import dev.latentstream.encoder.EncoderSettings;
import dev.latentstream.encoder.EncoderStages;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.registry.Administration;
import dev.latentstream.registry.EmbeddedRegistry;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.registry.testing.EmbeddedBroker;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.Topic;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that no stage would write, in topics that stages read. */
class PoisonIT {
    @TempDir
    private static Path folder;

    @AutoClose
    private static final Cluster CLUSTER = Cluster.start();

    @Test
    void ingestSetsForeignValuesInARowAsideAndAdmitsTheImagesAfterThem() throws Exception {
        try (StageFixture fixture = new StageFixture(CLUSTER, "a-", folder.resolve("a"));
                Stage ingest = fixture.ingest()) {
            fixture.writeForeign(fixture.topics.imagesRaw(), 300, "foreign");
            send(fixture, "scenes", 10);
            ingest.start();

            await().atMost(PATIENCE)
                    .until(() -> fixture.keys(fixture.topics.images()).size() == 10
                            && fixture.log
                                            .keys(fixture.topics.imagesRaw().deadLetters())
                                            .size()
                                    == 300);
            assertThat(ingest.failure()).isEmpty();
            assertThat(fixture.meters.value(Meter.DLQ, "ingest", "undecodable")).isEqualTo(300);
        }
    }

    @Test
    void theBatchLoopSetsForeignValuesInARowAsideAndEncodesTheImageAfterThem() throws Exception {
        try (StageFixture fixture = new StageFixture(CLUSTER, "b-", folder.resolve("b"));
                Stage ingest = fixture.ingest();
                Autoencoder autoencoder = ShippedModels.vae(Device.cpu());
                Stage encoding = EncoderStages.encoding(
                        fixture.connection, new EncoderSettings(), autoencoder, fixture.meters)) {
            fixture.writeForeign(fixture.topics.images(), 200, "foreign");
            send(fixture, "scenes", 3);
            ingest.start();
            encoding.start();

            await().atMost(PATIENCE)
                    .until(() -> fixture.keys(fixture.topics.encodings()).size() == 3
                            && fixture.log
                                            .keys(fixture.topics.images().deadLetters())
                                            .size()
                                    == 200);
            assertThat(encoding.failure()).isEmpty();
        }
    }

    @Test
    void theJoinSetsForeignValuesAsideAndJoinsTheirImagesOnceTheyAreReplacedAlsoAfterItRestoredItsTables() {
        try (StageFixture fixture = new StageFixture(CLUSTER, "c-", folder.resolve("c"))) {
            Topic<Latent> latents = fixture.topics.latents("photos");
            fixture.createLatents("photos");
            for (int i = 0; i < 200; i++) {
                fixture.write(fixture.topics.captions(), null, bytes("image0"), bytes("{}"));
            }
            fixture.write(fixture.topics.encodings(), "image0", StageFixture.encoding("photos-dlq"));
            try (Stage join = fixture.join("first")) {
                join.start();
                await().atMost(PATIENCE)
                        .until(() -> fixture.log
                                                .keys(fixture.topics.captions().deadLetters())
                                                .size()
                                        == 200
                                && fixture.log
                                                .keys(fixture.topics.encodings().deadLetters())
                                                .size()
                                        == 1);
                assertThat(join.failure()).isEmpty();
            }
            try (Stage join = fixture.join("second")) {
                join.start();
                fixture.write(fixture.topics.encodings(), "image0", StageFixture.encoding("photos"));
                fixture.write(fixture.topics.captions(), "image0", StageFixture.captions("photos", "a cat"));

                fixture.awaitLatents(latents, 1);
                assertThat(join.failure()).isEmpty();
                assertThat(fixture.log.keys(fixture.topics.captions().deadLetters()))
                        .hasSize(200);
                assertThat(fixture.log.keys(fixture.topics.encodings().deadLetters()))
                        .hasSize(1);
            }
        }
    }

    @Test
    void aRegistryThatLostItsSchemasStopsTheStageAndNothingIsSetAside() throws Exception {
        try (StageFixture fixture = new StageFixture(CLUSTER, "d-", folder.resolve("d"));
                EmbeddedBroker other = EmbeddedBroker.start(folder.resolve("other"));
                EmbeddedRegistry empty = EmbeddedRegistry.start(other.bootstrapServers(), 0, Administration.REFUSED)) {
            send(fixture, "scenes", 3);
            try (StageFixture amnesiac = new StageFixture(
                            CLUSTER,
                            StageFixture.settings(CLUSTER, "d-").at(CLUSTER.bootstrapServers(), empty.url()),
                            folder.resolve("d"));
                    Stage ingest = amnesiac.ingest()) {
                ingest.start();

                await().atMost(PATIENCE).until(() -> ingest.failure().isPresent());
                assertThat(ingest.failure().orElseThrow())
                        .hasStackTraceContaining("d-images-raw-")
                        .hasStackTraceContaining("check kafka.schema-registry-url");
                assertThat(fixture.log.keys(fixture.topics.imagesRaw().deadLetters()))
                        .isEmpty();
            }
            try (Stage ingest = fixture.ingest()) {
                ingest.start();

                await().atMost(PATIENCE)
                        .until(() -> fixture.keys(fixture.topics.images()).size() == 3);
            }
        }
    }

    private static void send(StageFixture fixture, String name, int images) throws Exception {
        SourceProducer producer = new SourceProducer(fixture.connection, fixture.meters);
        try (ImageSource source = SourceChoice.scenes(name, 1, images, 6, 64)) {
            assertThat(producer.send(source, Pace.FREE, progress -> {})
                            .progress()
                            .sent())
                    .isEqualTo(images);
        }
    }
}
