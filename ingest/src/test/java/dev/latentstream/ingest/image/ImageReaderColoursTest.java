package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderColoursTest {
    private static final int SIDE = 64;

    /** Inks from 0 to 255 for full, and their colours without a profile. */
    private static final int[] INKS = {30, 180, 90, 40};

    private static final Color INKS_ON_WHITE = new Color(225 * 215 / 255, 75 * 215 / 255, 165 * 215 / 255);

    @Test
    void readsFourInksInvertedWithAdobesMarkerOrWithout() {
        int[] inverted = Arrays.stream(INKS).map(ink -> 255 - ink).toArray();
        byte[] file = TestImages.fourChannelJpeg(fourChannels(inverted));

        assertColour(file, INKS_ON_WHITE, 2);
        assertColour(TestFiles.jpegWithAdobe(file, 0), INKS_ON_WHITE, 2);
    }

    @Test
    void readsFourInksInLumaAndChroma() {
        // Adobe inverts the inks, takes their complement for red, green and blue, and converts that.
        double red = INKS[0];
        double green = INKS[1];
        double blue = INKS[2];
        int luma = (int) Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
        int chromaBlue = (int) Math.round(128 + 0.564 * (blue - luma));
        int chromaRed = (int) Math.round(128 + 0.713 * (red - luma));
        byte[] jpeg = TestImages.fourChannelJpeg(fourChannels(luma, chromaBlue, chromaRed, 255 - INKS[3]));

        assertColour(TestFiles.jpegWithAdobe(jpeg, 2), INKS_ON_WHITE, 4);
    }

    @Test
    void readsInksThroughTheirProfile() {
        byte[] jpeg = TestImages.fourChannelJpeg(fourChannels(0, 255, 255, 255));

        WorkingImage working =
                Readings.losslessImage(TestFiles.jpegWithProfile(jpeg, TestProfiles.inks(50, 60, 40), 700));

        // CIE Lab (50, 60, 40) is a strong red, which cyan without a profile is not; by the formulas of CIE 15 at D50.
        assertThat(TestImages.difference(centre(working), new Color(212, 55, 55)))
                .isLessThan(6);
        assertThat(working.notes()).containsEntry("colour-profile", "applied");
    }

    @Test
    void readsInksByThePerceptualIntent() {
        byte[] jpeg = TestImages.fourChannelJpeg(fourChannels(0, 255, 255, 255));
        byte[] profile = TestProfiles.inksByIntent(new int[] {50, 60, 40}, new int[] {50, -60, 40});

        assertColour(TestFiles.jpegWithProfile(jpeg, profile, 1000), new Color(212, 55, 55), 6);
    }

    @Test
    void ignoresAProfileOfAnotherColourSpaceWithAsManyChannels() {
        byte[] lab = TestProfiles.matrix(TestProfiles.DISPLAY_P3, 1);
        System.arraycopy("Lab ".getBytes(StandardCharsets.US_ASCII), 0, lab, 16, 4);
        byte[] png = TestImages.png(TestImages.plain(SIDE, SIDE, new Color(120, 170, 80)));

        WorkingImage working = Readings.losslessImage(TestFiles.pngWithProfile(png, lab));

        assertThat(centre(working)).isEqualTo(new Color(120, 170, 80));
        assertThat(working.notes().get("colour-profile")).isEqualTo("ignored: its colours are Lab");
    }

    @Test
    void convertsGreyByAProfileOfColours() {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < SIDE * SIDE; i++) {
            image.getRaster().setSample(i % SIDE, i / SIDE, 0, 100);
        }
        byte[] linear = TestProfiles.matrix(TestProfiles.DISPLAY_P3, 1);

        assertColour(TestFiles.pngWithProfile(TestImages.png(image), linear), new Color(168, 168, 168), 2);
        assertColour(TestFiles.jpegWithProfile(TestImages.jpeg(image), linear, 1000), new Color(168, 168, 168), 2);
    }

    @Test
    void convertsColoursBeforeTheyAreCompositedOverWhite() {
        BufferedImage image = TestImages.plain(SIDE, SIDE, new Color(120, 170, 80, 128));
        int[] srgb = TestProfiles.toSrgb(TestProfiles.DISPLAY_P3, 2.2, 120, 170, 80);
        Color expected = new Color(
                (srgb[0] * 128 + 255 * 127) / 255,
                (srgb[1] * 128 + 255 * 127) / 255,
                (srgb[2] * 128 + 255 * 127) / 255);
        byte[] profile = TestProfiles.matrix(TestProfiles.DISPLAY_P3, 2.2);

        assertColour(TestFiles.pngWithProfile(TestImages.png(image), profile), expected, 2);
    }

    @Test
    void showsWhiteForTheTransparentLevelInRowsOfAnyLength() {
        for (int width = 1; width <= 20; width++) {
            int[] row = new int[width];
            Arrays.fill(row, 7);
            Color[] expected = new Color[width];
            Arrays.fill(expected, Color.WHITE);

            Readings.assertPixels(TestFiles.greyPng(8, row, 7), new Color[][] {expected});
            Readings.assertPixels(TestFiles.greyPng(16, row, 7), new Color[][] {expected});
        }
    }

    @Test
    void notesColourChunksThatItIgnores() {
        Color colour = new Color(120, 170, 80);
        byte[] png = TestImages.png(TestImages.plain(SIDE, SIDE, colour));
        byte[] linear = TestFiles.pngWithChunk(png, "gAMA", new byte[] {0, 1, (byte) 0x86, (byte) 0xa0});
        byte[] usual = TestFiles.pngWithChunk(png, "gAMA", new byte[] {0, 0, (byte) 0xb1, (byte) 0x8f});
        byte[] wide = TestFiles.pngWithChunk(linear, "cICP", new byte[] {12, 13, 0, 1});

        assertThat(Readings.losslessImage(wide).notes()).containsEntry("colour-chunks", "ignored: cICP, gAMA");
        assertThat(Readings.losslessImage(usual).notes()).doesNotContainKey("colour-chunks");
        assertColour(wide, colour, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 16})
    void showsWhiteForTheTransparentLevelOfGrey(int bits) {
        int level = bits == 1 ? 0 : 1;
        byte[] file = TestFiles.greyPng(bits, new int[] {level, level + 1}, level);
        int other = Math.round((level + 1) * 255f / ((1 << bits) - 1));

        Readings.assertPixels(file, new Color[][] {{Color.WHITE, new Color(other, other, other)}});
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void convertsWideColoursByTheirProfile(boolean adobe) {
        double[][] primaries = adobe ? TestProfiles.ADOBE_RGB : TestProfiles.DISPLAY_P3;
        byte[] profile = TestProfiles.matrix(primaries, 2.2);
        for (int[] rgb : new int[][] {{120, 170, 80}, {200, 90, 100}, {40, 60, 160}, {255, 255, 255}, {90, 90, 90}}) {
            BufferedImage image = TestImages.plain(SIDE, SIDE, new Color(rgb[0], rgb[1], rgb[2]));
            int[] srgb = TestProfiles.toSrgb(primaries, 2.2, rgb);

            WorkingImage working = Readings.losslessImage(TestFiles.pngWithProfile(TestImages.png(image), profile));

            assertThat(TestImages.difference(centre(working), new Color(srgb[0], srgb[1], srgb[2])))
                    .as("%s to %s", Arrays.toString(rgb), Arrays.toString(srgb))
                    .isLessThanOrEqualTo(2);
            assertThat(working.notes()).containsEntry("colour-profile", "applied");
        }
    }

    @Test
    void convertsJpegAndWebpByTheirProfilesToo() {
        byte[] profile = TestProfiles.matrix(TestProfiles.DISPLAY_P3, 2.2);
        int[] srgb = TestProfiles.toSrgb(TestProfiles.DISPLAY_P3, 2.2, 120, 170, 80);
        Color expected = new Color(srgb[0], srgb[1], srgb[2]);
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        image.createGraphics().drawImage(TestImages.plain(SIDE, SIDE, new Color(120, 170, 80)), 0, 0, null);

        byte[] jpeg = TestFiles.jpegWithProfile(TestImages.jpeg(image), profile, 100);
        byte[] webp = TestFiles.webpWithChunk(
                ImageReaderFormatsTest.webp(image, 101), new Size(SIDE, SIDE), 0x20, "ICCP", profile);

        assertColour(jpeg, expected, 4);
        assertColour(webp, expected, 2);
    }

    @Test
    void convertsGreyByItsProfile() {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < SIDE * SIDE; i++) {
            image.getRaster().setSample(i % SIDE, i / SIDE, 0, 100);
        }

        byte[] file = TestFiles.pngWithProfile(TestImages.png(image), TestProfiles.grey(1.0));

        assertColour(file, new Color(168, 168, 168), 2); // linear 100/255 in sRGB
    }

    @Test
    void takesAProfileEquivalentToSrgbForSrgb() {
        double[][] srgb = {
            {0.436066, 0.385147, 0.143066}, {0.222488, 0.716873, 0.060608}, {0.013916, 0.097076, 0.714096}
        };
        byte[] png = TestImages.png(TestImages.plain(SIDE, SIDE, new Color(128, 128, 128)));

        WorkingImage working = Readings.workingImage(TestFiles.pngWithProfile(png, TestProfiles.matrix(srgb, 2.2)));

        // An exponent of 2.2 differs from sRGB's curve in dark greys alone, by a few levels.
        assertThat(working.notes().get("colour-profile")).isIn("sRGB", "applied");
        assertThat(TestImages.difference(centre(working), new Color(128, 128, 128)))
                .isLessThanOrEqualTo(2);
    }

    @Test
    void notesThatItIgnoresAnInvalidProfile() {
        byte[] png = TestImages.png(TestImages.plain(SIDE, SIDE, new Color(120, 170, 80)));
        byte[] garbage = new byte[500];
        Arrays.fill(garbage, (byte) 0x5a);
        byte[] whole = TestProfiles.matrix(TestProfiles.DISPLAY_P3, 2.2);
        byte[] cut = Arrays.copyOf(whole, 200);
        byte[] ofInks = TestProfiles.inks(50, 60, 40);

        for (byte[] profile : new byte[][] {garbage, cut, ofInks, new byte[0]}) {
            WorkingImage working = Readings.losslessImage(TestFiles.pngWithProfile(png, profile));

            assertThat(centre(working)).isEqualTo(new Color(120, 170, 80));
            assertThat(working.notes().get("colour-profile")).startsWith("ignored: ");
        }
    }

    /** Sequence numbers begin at 1, and each part has the same count. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0, 1", "2, 1", "1, 2"})
    void ignoresAProfileInAJpegFileWhosePartsAreNotAllThere(int sequence, int count) {
        byte[] jpeg = TestImages.jpeg(TestImages.drawing(SIDE, SIDE));
        byte[] profile = TestProfiles.matrix(TestProfiles.DISPLAY_P3, 2.2);
        byte[] head = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
        byte[] part = TestFiles.join(head, new byte[] {(byte) sequence, (byte) count}, profile);

        WorkingImage working = Readings.losslessImage(TestFiles.jpegWithSegment(jpeg, 0xe2, part));

        assertThat(working.notes()).containsEntry("colour-profile", "ignored: it is incomplete");
        assertThat(working.image()).isEqualTo(Readings.losslessImage(jpeg).image());
    }

    @Test
    void readsAProfileThatInflatesWithoutEndNoFurtherThanItsBound() {
        byte[] png = TestImages.png(TestImages.plain(SIDE, SIDE, new Color(120, 170, 80)));
        byte[] bomb = TestFiles.pngWithProfile(png, new byte[64 << 20]);

        assertThat(Readings.workingImage(bomb).notes())
                .containsEntry("colour-profile", "ignored: it has more than 4194304 bytes");
    }

    @Test
    void readsNoProfileOfMoreBytesThanTheBoundInWebpEither() {
        byte[] profile = Arrays.copyOf(TestProfiles.matrix(TestProfiles.DISPLAY_P3, 2.2), (4 << 20) + 1);
        byte[] webp = ImageReaderFormatsTest.webp(TestImages.drawing(SIDE, SIDE), 80);

        WorkingImage working =
                Readings.workingImage(TestFiles.webpWithChunk(webp, new Size(SIDE, SIDE), 0x20, "ICCP", profile));

        assertThat(working.notes()).containsEntry("colour-profile", "ignored: it has more than 4194304 bytes");
    }

    @Test
    void readsTheFirstOfSeveralProfiles() {
        byte[] png = TestImages.png(TestImages.plain(SIDE, SIDE, new Color(120, 170, 80)));
        byte[] second = TestFiles.pngWithProfile(png, new byte[64 << 20]);
        byte[] both = TestFiles.pngWithProfile(second, TestProfiles.matrix(TestProfiles.DISPLAY_P3, 2.2));

        assertThat(Readings.workingImage(both).notes()).containsEntry("colour-profile", "applied");
    }

    @Test
    void compositesTransparencyOverWhite() {
        Color half = new Color(200, 40, 80, 128);
        Color expected = new Color(227, 147, 167); // 200 * 128/255 + 127, and so on

        assertColour(TestImages.png(TestImages.plain(SIDE, SIDE, half)), expected, 1);
        assertColour(TestImages.encode("tiff", TestImages.plain(SIDE, SIDE, half)), expected, 1);
        assertColour(TestImages.encode("gif", TestImages.plain(SIDE, SIDE, new Color(200, 40, 80, 0))), Color.WHITE, 0);
    }

    @Test
    void averagesColoursByTheirTransparency() {
        BufferedImage image = TestImages.plain(1024, 1024, new Color(0, 0, 0, 0)); // black where nothing is seen
        for (int y = 0; y < 1024; y += 2) {
            for (int x = 0; x < 1024; x++) {
                image.setRGB(x, y, new Color(200, 40, 80).getRGB());
            }
        }

        assertColour(TestImages.png(image), new Color(228, 148, 168), 1); // half the colour, half white
    }

    private static void assertColour(byte[] file, Color expected, int within) {
        Color colour = centre(Readings.losslessImage(file));
        assertThat(TestImages.difference(colour, expected))
                .as("%s, not %s", colour, expected)
                .isLessThanOrEqualTo(within);
    }

    private static Color centre(WorkingImage working) {
        BufferedImage image = TestImages.decode(working.image());
        return TestImages.colour(image, image.getWidth() / 2, image.getHeight() / 2);
    }

    private static WritableRaster fourChannels(int... samples) {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, SIDE, SIDE, 4, null);
        for (int i = 0; i < SIDE * SIDE; i++) {
            raster.setPixel(i % SIDE, i / SIDE, samples);
        }
        return raster;
    }
}
