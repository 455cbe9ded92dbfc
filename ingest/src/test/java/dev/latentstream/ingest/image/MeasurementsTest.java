package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MeasurementsTest {
    @Test
    void measuresOneColourAsFlatAndWithoutContrast() {
        WorkingImage working = Readings.workingImage(TestImages.png(TestImages.plain(64, 64, Color.ORANGE)));

        assertThat(working.scores())
                .containsEntry("sharpness", 0f)
                .containsEntry("contrast", 0f)
                .containsEntry("flatness", 1f);
    }

    @Test
    void measuresHalfBlackAndHalfWhiteByArithmetic() {
        BufferedImage image = TestImages.plain(64, 64, Color.BLACK);
        for (int i = 0; i < 32 * 64; i++) {
            image.setRGB(i % 32, i / 32, Color.WHITE.getRGB());
        }

        WorkingImage working = Readings.workingImage(TestImages.png(image));

        assertThat(working.scores().get("contrast")).isCloseTo(127.5f, within(0.01f));
        assertThat(working.scores().get("flatness")).isEqualTo(1); // the edge runs between blocks
        // The Laplacian is 255 and -255 in the two columns at the edge, 0 in the other 62: its variance is 2/64 *
        // 255^2.
        assertThat(working.scores().get("sharpness")).isCloseTo(2 / 64f * 255 * 255, within(0.1f));
    }

    @Test
    void findsABlurredImageLessSharp() {
        BufferedImage sharp = noise(256);
        BufferedImage small = scaled(sharp, 32);
        BufferedImage blurred = scaled(small, 256);

        Float before = Readings.workingImage(TestImages.png(sharp)).scores().get("sharpness");
        Float after = Readings.workingImage(TestImages.png(blurred)).scores().get("sharpness");

        assertThat(after).isCloseTo(0f, within(0.05f * Objects.requireNonNull(before)));
    }

    @Test
    void fingerprintsByTheLowestFrequencies() {
        BufferedImage drawing = TestImages.drawing(32, 32);

        long fingerprint = Readings.losslessImage(TestImages.png(drawing)).fingerprint();

        assertThat(Long.bitCount(fingerprint ^ hashByDefinition(drawing))).isLessThanOrEqualTo(2);
    }

    @Test
    void fingerprintsTheSameImageAlikeInTwoSizes() {
        BufferedImage drawing = TestImages.drawing(400, 300);
        long fingerprint = Readings.workingImage(TestImages.png(drawing)).fingerprint();

        long ofSmaller =
                Readings.workingImage(TestImages.jpeg(scaled(drawing, 200))).fingerprint();
        long ofAnother = Readings.workingImage(TestImages.png(noise(300))).fingerprint();

        assertThat(Long.bitCount(fingerprint ^ ofSmaller)).isLessThanOrEqualTo(4);
        assertThat(Long.bitCount(fingerprint ^ ofAnother)).isGreaterThan(12);
    }

    /** Computes the hash from the definition of the discrete cosine transform; the mean is over 64 coefficients with the DC one set to 0. */
    private static long hashByDefinition(BufferedImage image) {
        double[] coefficients = new double[64];
        for (int i = 1; i < 64; i++) {
            for (int p = 0; p < 1024; p++) {
                Color colour = TestImages.colour(image, p % 32, p / 32);
                double luma = 0.299 * colour.getRed() + 0.587 * colour.getGreen() + 0.114 * colour.getBlue();
                coefficients[i] += luma * cosine(i % 8, p % 32) * cosine(i / 8, p / 32);
            }
        }
        double mean = 0;
        for (double coefficient : coefficients) {
            mean += coefficient / 64;
        }
        long hash = 0;
        for (int i = 0; i < 64; i++) {
            // Bit j of byte b is coefficient 8b + j.
            hash |= coefficients[i] > mean ? 1L << (8 * (7 - i / 8) + i % 8) : 0;
        }
        return hash;
    }

    private static double cosine(int frequency, int place) {
        double scale = frequency == 0 ? Math.sqrt(1 / 32.0) : Math.sqrt(2 / 32.0);
        return scale * Math.cos((2 * place + 1) * frequency * Math.PI / 64);
    }

    private static BufferedImage noise(int side) {
        Random random = new Random(7);
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < side * side; i++) {
            image.setRGB(i % side, i / side, random.nextInt(1 << 24));
        }
        return image;
    }

    private static BufferedImage scaled(BufferedImage image, int width) {
        int height = image.getHeight() * width / image.getWidth();
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return scaled;
    }
}
