package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.fetch.FetchSettings;
import dev.latentstream.ingest.image.DecodingSettings;
import dev.latentstream.ingest.image.ImageBounds;
import dev.latentstream.ingest.image.OutputSettings;
import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.runtime.streams.StreamsSettings;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import java.awt.image.BufferedImage;
import java.awt.image.RescaleOp;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearDuplicatesTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final BufferedImage SCENE = SceneRenderer.render(Scenes.scene(1, 1), 256, 256);
    private static final byte[] FIRST = TestImages.png(SCENE);
    private static final byte[] ENCODED_AGAIN = TestImages.jpeg(SCENE);
    private static final byte[] CROPPED = TestImages.png(SCENE.getSubimage(9, 4, 243, 243));
    private static final byte[] ANOTHER = TestImages.png(SceneRenderer.render(Scenes.scene(1, 2), 256, 256));

    private final IngestDriver ingest;

    NearDuplicatesTest(@TempDir Path state) {
        ingest = new IngestDriver(state, settings(new NearDuplicateSettings(true, Duration.ofHours(1))));
    }

    @AfterEach
    void close() {
        ingest.close();
    }

    @Test
    void refusesANearDuplicateWithTheOtherImageAndTheDistance() {
        ingest.refuseNear(3, 28);

        ingest.send(FIRST, NOON);
        ingest.send(ANOTHER, NOON.plusSeconds(1));
        ingest.send(ENCODED_AGAIN, NOON.plusSeconds(2));
        ingest.send(CROPPED, NOON.plusSeconds(3));

        assertThat(admitted()).containsExactly(IngestDriver.id(FIRST), IngestDriver.id(ANOTHER));
        List<Rejection> rejections = ingest.rejections().readValuesToList();
        assertThat(rejections).hasSize(2).allSatisfy(rejection -> {
            assertThat(rejection.getReason()).isEqualTo(RejectionReason.NEAR_DUPLICATE);
            assertThat(rejection.getValue().orElseThrow())
                    .matches(IngestDriver.id(FIRST) + " at distance (\\d|1\\d|2[0-8])");
            assertThat(rejection.getBound()).contains("distance above 28");
            assertThat(rejection.getPolicy()).isEqualTo(3);
            assertThat(rejection.getOriginal()).isPresent();
            assertThat(rejection.getThumbnail()).isPresent();
        });
    }

    /** Two flowers on snow in nearly the same place, whose hashes differ in 12 bits. */
    @Test
    void theSameFormsInOtherColoursAreAnotherImage() {
        ingest.refuseNear(3, 28);

        ingest.send(TestImages.png(SceneRenderer.render(Scenes.scene(7, 13_209), 256, 256)), NOON);
        ingest.send(TestImages.png(SceneRenderer.render(Scenes.scene(7, 13_902), 256, 256)), NOON.plusSeconds(1));

        assertThat(admitted()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(floats = {0.8f, 1.2f})
    void aBrighterOrDarkerCopyIsNear(float factor) {
        ingest.refuseNear(3, 28);

        ingest.send(FIRST, NOON);
        ingest.send(TestImages.png(new RescaleOp(factor, 0, null).filter(SCENE, null)), NOON.plusSeconds(1));

        assertThat(admitted()).containsExactly(IngestDriver.id(FIRST));
    }

    @Test
    void anImageThatWasAdmittedWhileTheFilterWasOffIsFound() {
        ingest.send(FIRST, NOON);
        ingest.send(ENCODED_AGAIN, NOON.plusSeconds(1));
        ingest.refuseNear(4, 28);

        ingest.send(CROPPED, NOON.plusSeconds(2));

        assertThat(admitted()).containsExactly(IngestDriver.id(FIRST), IngestDriver.id(ENCODED_AGAIN));
        assertThat(ingest.rejections().readValue().getValue().orElseThrow()).startsWith(IngestDriver.id(FIRST));
    }

    @Test
    void theFirstToComeStaysEvenIfItsRecordIsTheLaterOne() {
        ingest.refuseNear(3, 28);

        ingest.send(FIRST, NOON.plusSeconds(9));
        ingest.send(ENCODED_AGAIN, NOON);

        assertThat(admitted()).containsExactly(IngestDriver.id(FIRST));
        assertThat(ingest.rejections().readRecord().key()).isEqualTo(IngestDriver.id(ENCODED_AGAIN));
    }

    @Test
    void anImageIsForgottenAfterTheHorizon() {
        ingest.refuseNear(3, 28);
        ingest.send(FIRST, NOON);

        ingest.send(ENCODED_AGAIN, NOON.plus(Duration.ofMinutes(59)));
        ingest.send(CROPPED, NOON.plus(Duration.ofMinutes(125)));

        assertThat(admitted()).containsExactly(IngestDriver.id(FIRST), IngestDriver.id(CROPPED));
    }

    @Test
    void aRefusedImageIsJudgedAgainByThePolicyInForce() {
        ingest.refuseNear(3, 28);
        ingest.send(FIRST, NOON);
        ingest.send(ENCODED_AGAIN, NOON.plusSeconds(1));
        ingest.send(ENCODED_AGAIN, NOON.plusSeconds(2));
        ingest.refuseNear(4, 0);

        ingest.send(ENCODED_AGAIN, NOON.plusSeconds(3));

        assertThat(admitted()).containsExactly(IngestDriver.id(FIRST), IngestDriver.id(ENCODED_AGAIN));
        assertThat(ingest.rejections().readRecordsToList())
                .as("the repeated refusal is not written again, and the admission withdraws it")
                .extracting(TestRecord::value)
                .hasSize(2)
                .last()
                .isNull();
    }

    @Test
    void aNearDuplicateOfARemovedImageIsRefused() {
        ingest.refuseNear(3, 28);
        ingest.send(FIRST, NOON);
        ingest.remove(FIRST);

        ingest.send(ENCODED_AGAIN, NOON.plusSeconds(1));

        assertThat(ingest.rejections().readValue().getReason()).isEqualTo(RejectionReason.NEAR_DUPLICATE);
    }

    @Test
    void withoutTheSettingThereIsNoTopicOfIt(@TempDir Path other) {
        try (IngestDriver without = new IngestDriver(other, settings(new NearDuplicateSettings()))) {
            assertThat(without.description()).contains("candidates").doesNotContain("near");
        }
        assertThat(ingest.description()).contains("near-claims", "near-answers", "near-replies");
    }

    private List<String> admitted() {
        return ingest.images().readRecordsToList().stream()
                .map(TestRecord<String, Image>::key)
                .toList();
    }

    private static IngestSettings settings(NearDuplicateSettings search) {
        return new IngestSettings(
                new ImageBounds(),
                new DecodingSettings(),
                new OutputSettings(),
                1,
                new QuarantineSettings(),
                new FetchSettings(),
                search,
                new StreamsSettings());
    }
}
