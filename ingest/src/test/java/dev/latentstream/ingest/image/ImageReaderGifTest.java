package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.schemas.RejectionReason;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ImageReaderGifTest {
    private static final Color[] COLOURS = {Color.BLACK, Color.RED, Color.GREEN, Color.BLUE};

    private static final byte[] SCREEN = TestGifs.screen(2, 2, 0, COLOURS);

    private static final byte[] IMAGE = TestGifs.image(0, 0, 2, 2, 1, 2, 3, 0);

    static Stream<Arguments> soundFiles() {
        byte[] data = {1, 2, 3};
        return Stream.of(
                Arguments.of("plain", TestFiles.join(SCREEN, IMAGE, TestGifs.TRAILER)),
                Arguments.of(
                        "background outside the table",
                        TestFiles.join(TestGifs.screen(2, 2, 200, COLOURS), IMAGE, TestGifs.TRAILER)),
                Arguments.of(
                        "application blocks",
                        TestFiles.join(
                                SCREEN,
                                TestGifs.application("ANIMEXTS1.0", data),
                                TestGifs.application("ImageMagick", data),
                                IMAGE,
                                TestGifs.TRAILER)),
                Arguments.of(
                        "surplus pixels",
                        TestFiles.join(
                                SCREEN, TestGifs.image(0, 0, 2, 2, 1, 2, 3, 0, 3, 3, 3, 3, 3), TestGifs.TRAILER)),
                Arguments.of(
                        "a second frame beyond the screen",
                        TestFiles.join(SCREEN, IMAGE, TestGifs.image(1, 1, 2, 2, 1, 1, 1, 1), TestGifs.TRAILER)),
                Arguments.of(
                        "zero bytes between blocks",
                        TestFiles.join(SCREEN, new byte[3], IMAGE, new byte[2], TestGifs.TRAILER)),
                Arguments.of(
                        "an unknown block after the first frame",
                        TestFiles.join(SCREEN, IMAGE, new byte[] {0x47}, TestGifs.TRAILER)),
                Arguments.of(
                        "transparency of the second frame",
                        TestFiles.join(SCREEN, IMAGE, TestGifs.transparency(1), IMAGE, TestGifs.TRAILER)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("soundFiles")
    void readsTheFirstFrameOf(String name, byte[] file) {
        assertPixels(file, new Color[][] {{Color.RED, Color.GREEN}, {Color.BLUE, Color.BLACK}});
    }

    @Test
    void enlargesTheScreenForAFirstFrameBeyondIt() {
        byte[] file = TestFiles.join(SCREEN, TestGifs.image(1, 1, 2, 1, 1, 2), TestGifs.TRAILER);

        assertPixels(
                file, new Color[][] {{Color.WHITE, Color.WHITE, Color.WHITE}, {Color.WHITE, Color.RED, Color.GREEN}});
    }

    @Test
    void showsWhiteWhereTheFirstFrameIsTransparent() {
        byte[] file = TestFiles.join(SCREEN, TestGifs.transparency(2), IMAGE, TestGifs.TRAILER);

        assertPixels(file, new Color[][] {{Color.RED, Color.WHITE}, {Color.BLUE, Color.BLACK}});
    }

    @Test
    void ordersTheRowsOfAnInterlacedFrame() {
        byte[] file = TestFiles.join(
                TestGifs.screen(1, 9, 0, COLOURS),
                TestGifs.interlacedImage(1, 9, 0, 0, 1, 2, 2, 3, 3, 3, 3),
                TestGifs.TRAILER);
        Color[][] rows = new Color[9][];
        for (int y = 0; y < 9; y++) {
            rows[y] =
                    new Color[] {y % 8 == 0 ? Color.BLACK : y == 4 ? Color.RED : y % 2 == 0 ? Color.GREEN : Color.BLUE};
        }

        assertPixels(file, rows);
    }

    @Test
    void takesIndicesForGreyWithoutAColourTable() {
        byte[] file = TestFiles.join(TestGifs.screen(2, 2, 0), IMAGE, TestGifs.TRAILER);

        assertPixels(file, new Color[][] {{grey(1), grey(2)}, {grey(3), grey(0)}});
    }

    @Test
    void readsTheTableOfTheFrameItself() {
        byte[] image = TestFiles.join(
                new byte[] {0x2c, 0, 0, 0, 0, 2, 0, 2, 0, (byte) 0x81},
                TestGifs.table(Color.CYAN, Color.MAGENTA, Color.YELLOW, Color.WHITE),
                Arrays.copyOfRange(IMAGE, 10, IMAGE.length));

        assertPixels(
                TestFiles.join(SCREEN, image, TestGifs.TRAILER),
                new Color[][] {{Color.MAGENTA, Color.YELLOW}, {Color.WHITE, Color.CYAN}});
    }

    @Test
    void refusesAFrameThatLacksPixels() {
        Refusal refusal =
                Readings.refusal(TestFiles.join(SCREEN, TestGifs.image(0, 0, 2, 2, 1, 2, 3), TestGifs.TRAILER));

        assertThat(refusal)
                .isEqualTo(Refusal.undecodable("3 pixels", "4", "the GIF file lacks pixels of its first frame"));
    }

    @Test
    void refusesACodeThatNoEncoderWrites() {
        byte[] image = IMAGE.clone();
        image[12] = (byte) 0b00_111_100; // clear, then a code that nothing defined

        Refusal refusal = Readings.refusal(TestFiles.join(SCREEN, image, TestGifs.TRAILER));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNDECODABLE);
        assertThat(refusal.value()).isEqualTo("code 7");
    }

    @Test
    void takesTheFirstFrameOfAnAnimationByDefault() {
        WorkingImage working = Readings.losslessImage(TestAnimations.gif(Color.RED, Color.BLUE));

        assertThat(TestImages.colour(TestImages.decode(working.image()), 10, 10))
                .isEqualTo(Color.RED);
        assertThat(working.notes()).containsEntry("frames", "2");
    }

    /** Compares with the JDK's own decoder, on codes of all lengths and a table that fills up. */
    @Test
    void decompressesAsTheJdkDoes() {
        BufferedImage drawing = TestImages.drawing(300, 200, BufferedImage.TYPE_BYTE_INDEXED);
        byte[] file = TestImages.encode("gif", drawing);

        assertThat(TestImages.psnr(
                        TestImages.decode(file),
                        TestImages.decode(Readings.losslessImage(file).image())))
                .isInfinite();
    }

    private static Color grey(int level) {
        return new Color(level, level, level);
    }

    private static void assertPixels(byte[] file, Color[][] rows) {
        Readings.assertPixels(file, rows);
    }
}
