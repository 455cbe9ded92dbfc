package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.schemas.Original;
import dev.latentstream.schemas.PictureSize;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image that was refused, as its rejection describes it. */
class RejectedImageTest {
    private final IngestDriver ingest;

    RejectedImageTest(@TempDir Path state) {
        ingest = new IngestDriver(state, new IngestSettings());
    }

    @AfterEach
    void close() {
        ingest.close();
    }

    @Test
    void anImageThatThePolicyRefusesIsShownWithItsOriginalAndItsScores() {
        byte[] file = TestImages.png(TestImages.drawing(400, 300));
        ingest.requireSide(7, 301);
        ingest.send(new byte[0]);

        ingest.send(file);

        Rejection rejection = ingest.rejections().readValuesToList().get(1);
        assertThat(rejection.getReason()).isEqualTo(RejectionReason.TOO_SMALL);
        assertThat(rejection.getOriginal())
                .contains(new Original(
                        IngestDriver.id(file),
                        "images-raw",
                        0,
                        1L,
                        (long) file.length,
                        "PNG",
                        new PictureSize(400, 300)));
        assertThat(rejection.getScores()).containsOnlyKeys("sharpness", "contrast", "flatness");
        BufferedImage thumbnail = TestImages.decode(rejection.getThumbnail().orElseThrow());
        assertThat(thumbnail.getWidth()).isEqualTo(192);
        assertThat(thumbnail.getHeight()).isEqualTo(144);
    }

    @Test
    void aThumbnailHasTheColoursOfTheImage() {
        BufferedImage halves = new BufferedImage(600, 400, BufferedImage.TYPE_INT_RGB);
        fill(halves, 0, 300, new Color(200, 30, 60));
        fill(halves, 300, 600, new Color(10, 120, 240));
        ingest.requireSide(1, 500);

        ingest.send(TestImages.png(halves));

        BufferedImage thumbnail =
                TestImages.decode(ingest.rejections().readValue().getThumbnail().orElseThrow());
        assertNear(new Color(thumbnail.getRGB(40, 60)), new Color(200, 30, 60));
        assertNear(new Color(thumbnail.getRGB(150, 60)), new Color(10, 120, 240));
    }

    @Test
    void aThumbnailOfNoiseFits() {
        BufferedImage noise = new BufferedImage(500, 500, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int i = 0; i < 250_000; i++) {
            noise.setRGB(i % 500, i / 500, random.nextInt());
        }
        ingest.requireSide(1, 501);

        ingest.send(TestImages.png(noise));

        ByteBuffer thumbnail = ingest.rejections().readValue().getThumbnail().orElseThrow();
        assertThat(thumbnail.remaining()).isBetween(1000, 12 << 10);
        assertThat(TestImages.decode(thumbnail).getWidth()).isGreaterThan(90);
    }

    @Test
    void anImageBeyondABoundThatItsHeaderTellsIsShown() {
        byte[] file = TestImages.png(TestImages.drawing(1050, 50));

        ingest.send(file);

        Rejection rejection = ingest.rejections().readValue();
        assertThat(rejection.getReason()).isEqualTo(RejectionReason.ASPECT_RATIO);
        assertThat(rejection.getBound()).contains("20.0");
        BufferedImage thumbnail = TestImages.decode(rejection.getThumbnail().orElseThrow());
        assertThat(thumbnail.getWidth()).isEqualTo(192);
        assertThat(thumbnail.getHeight()).isEqualTo(9);
    }

    @Test
    void anImageWithAnInvalidSourceIsShown() {
        ingest.send(RawImage.newBuilder()
                .setImage(ByteBuffer.wrap(TestImages.png(TestImages.drawing(64, 64))))
                .setSource("no/topic")
                .setUri("file")
                .build());

        Rejection rejection = ingest.rejections().readValue();
        assertThat(rejection.getReason()).isEqualTo(RejectionReason.WRONG_SOURCE);
        assertThat(rejection.getThumbnail()).isPresent();
        assertThat(rejection.getScores()).isNotEmpty();
    }

    @Test
    void aDamagedFileHasFormatAndSizeOnly() {
        byte[] whole = TestImages.jpeg(TestImages.drawing(320, 240));
        byte[] cut = Arrays.copyOf(whole, whole.length / 2);

        ingest.send(cut);

        Rejection rejection = ingest.rejections().readValue();
        assertThat(rejection.getReason()).isEqualTo(RejectionReason.UNDECODABLE);
        Original original = rejection.getOriginal().orElseThrow();
        assertThat(original.getFormat()).contains("JPEG");
        assertThat(original.getSize()).contains(new PictureSize(320, 240));
        assertThat(original.getBytes()).isEqualTo(cut.length);
        assertThat(rejection.getThumbnail()).isEmpty();
        assertThat(rejection.getScores()).isEmpty();
    }

    @Test
    void aFileOfNoKnownFormatHasItsPlaceOnly() {
        byte[] page = "<html>".getBytes(StandardCharsets.UTF_8);

        ingest.send(page);

        assertThat(ingest.rejections().readValue().getOriginal())
                .contains(new Original(IngestDriver.id(page), "images-raw", 0, 0L, 6L, null, null));
    }

    @Test
    void aDuplicateIsShown() {
        BufferedImage drawing = TestImages.drawing(96, 96);
        ingest.send(TestImages.png(drawing));

        ingest.send(TestImages.encode("bmp", drawing));

        Rejection rejection = ingest.rejections().readValue();
        assertThat(rejection.getReason()).isEqualTo(RejectionReason.DUPLICATE);
        assertThat(rejection.getThumbnail()).isPresent();
        assertThat(rejection.getOriginal().orElseThrow().getFormat()).contains("BMP");
    }

    @Test
    void ofARemovedImageNothingIsShown() {
        byte[] file = TestImages.png(TestImages.drawing(96, 96));
        ingest.remove(file);

        ingest.send(file);

        Rejection rejection = ingest.rejections().readValue();
        assertThat(rejection.getReason()).isEqualTo(RejectionReason.REMOVED);
        assertThat(rejection.getThumbnail()).isEmpty();
        assertThat(rejection.getScores()).isEmpty();
        assertThat(rejection.getOriginal().orElseThrow().getId()).isEqualTo(IngestDriver.id(file));
    }

    private static void fill(BufferedImage image, int left, int right, Color colour) {
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = left; x < right; x++) {
                image.setRGB(x, y, colour.getRGB());
            }
        }
    }

    private static void assertNear(Color found, Color expected) {
        assertThat(Math.abs(found.getRed() - expected.getRed())
                        + Math.abs(found.getGreen() - expected.getGreen())
                        + Math.abs(found.getBlue() - expected.getBlue()))
                .as("%s near %s", found, expected)
                .isLessThan(12);
    }
}
