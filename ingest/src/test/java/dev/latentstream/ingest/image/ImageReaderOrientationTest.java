package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import java.awt.Point;
import java.awt.image.BufferedImage;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderOrientationTest {
    private static final int WIDTH = 96;
    private static final int HEIGHT = 64;
    private static final BufferedImage UPRIGHT = TestImages.drawing(WIDTH, HEIGHT);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void turnsEveryFormatUpright(int orientation) throws Exception {
        BufferedImage stored = stored(orientation);
        byte[] exif = TestFiles.exif(orientation, ByteOrder.LITTLE_ENDIAN);
        byte[] exifOfAnotherMaker = TestFiles.exif(orientation, ByteOrder.BIG_ENDIAN);
        Size size = new Size(stored.getWidth(), stored.getHeight());

        assertUpright(TestFiles.jpegWithExif(TestImages.jpeg(stored), exif), 30);
        assertUpright(TestFiles.jpegWithExif(TestImages.jpeg(stored), exifOfAnotherMaker), 30);
        assertUpright(TestFiles.pngWithChunk(TestImages.png(stored), "eXIf", exif), 90);
        assertUpright(TestFiles.webpWithChunk(ImageReaderFormatsTest.webp(stored, 101), size, 0x08, "EXIF", exif), 90);
        assertUpright(tiff(stored, orientation), 90);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 255})
    void takesUndefinedOrientationsForUpright(int orientation) {
        byte[] exif = TestFiles.exif(orientation, ByteOrder.LITTLE_ENDIAN);

        assertUpright(TestFiles.jpegWithExif(TestImages.jpeg(UPRIGHT), exif), 30);
    }

    @Test
    void readsAnImageWithAnInvalidExifBlock() {
        byte[] loop = TestFiles.exif(6, ByteOrder.LITTLE_ENDIAN);
        loop[8] = (byte) 0xff; // 65535 entries in a block of one
        loop[9] = (byte) 0xff;

        assertUpright(TestFiles.jpegWithExif(TestImages.jpeg(UPRIGHT), new byte[] {1, 2, 3}), 30);
        assertThat(Readings.read(TestFiles.jpegWithExif(TestImages.jpeg(UPRIGHT), loop)))
                .isInstanceOf(WorkingImage.class);
    }

    /** Orientations that both Pillow and browsers apply. */
    static Stream<Arguments> imperfectExif() {
        byte[] whole = TestFiles.exif(6, ByteOrder.LITTLE_ENDIAN);
        byte[] counting = whole.clone();
        counting[8] = 9; // nine entries in a block of one
        byte[] noPointer = Arrays.copyOf(whole, 22);
        byte[] cut = Arrays.copyOf(counting, 25);
        return Stream.of(
                Arguments.of("more entries counted than present", counting),
                Arguments.of("no pointer to the next directory", noPointer),
                Arguments.of("cut short after the orientation", cut));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("imperfectExif")
    void turnsByAnImperfectExifBlock(String name, byte[] exif) {
        BufferedImage stored = stored(6);
        byte[] prefixed = TestFiles.join("Exif\0\0".getBytes(StandardCharsets.US_ASCII), exif);
        Size size = new Size(stored.getWidth(), stored.getHeight());
        byte[] webp = ImageReaderFormatsTest.webp(stored, 101);

        assertUpright(TestFiles.jpegWithExif(TestImages.jpeg(stored), exif), 30);
        assertUpright(TestFiles.pngWithChunk(TestImages.png(stored), "eXIf", exif), 90);
        assertUpright(TestFiles.pngWithChunk(TestImages.png(stored), "eXIf", prefixed), 90);
        assertUpright(TestFiles.webpWithChunk(webp, size, 0x08, "EXIF", exif), 90);
        assertUpright(TestFiles.webpWithChunk(webp, size, 0x08, "EXIF", prefixed), 90);
    }

    @Test
    void takesTheFirstExifBlockThatCanBeRead() {
        byte[] stored = TestImages.jpeg(stored(6));
        byte[] six = TestFiles.exif(6, ByteOrder.LITTLE_ENDIAN);
        byte[] three = TestFiles.exif(3, ByteOrder.BIG_ENDIAN);

        for (byte[] later : new byte[][] {three, new byte[0], {1, 2, 3}}) {
            assertUpright(TestFiles.jpegWithExif(TestFiles.jpegWithExif(stored, later), six), 30);
        }
        assertUpright(TestFiles.jpegWithExif(TestFiles.jpegWithExif(stored, six), new byte[] {1, 2, 3}), 30);
    }

    private static void assertUpright(byte[] file, double leastDecibels) {
        WorkingImage working = Readings.losslessImage(file);
        assertThat(working.original()).isEqualTo(new Size(WIDTH, HEIGHT));
        assertThat(TestImages.psnr(UPRIGHT, TestImages.decode(working.image()))).isGreaterThan(leastDecibels);
    }

    private static BufferedImage stored(int orientation) {
        boolean swapped = orientation >= 5;
        BufferedImage stored =
                new BufferedImage(swapped ? HEIGHT : WIDTH, swapped ? WIDTH : HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < stored.getHeight(); row++) {
            for (int column = 0; column < stored.getWidth(); column++) {
                Point seen = upright(orientation, row, column);
                stored.setRGB(column, row, UPRIGHT.getRGB(seen.x, seen.y));
            }
        }
        return stored;
    }

    /** EXIF 2.3, table 4: the side of the upright image that the first row and the first column of the stored one are. */
    private static Point upright(int orientation, int row, int column) {
        int right = WIDTH - 1;
        int bottom = HEIGHT - 1;
        return switch (orientation) {
            case 1 -> new Point(column, row); // row: top, column: left
            case 2 -> new Point(right - column, row); // top, right
            case 3 -> new Point(right - column, bottom - row); // bottom, right
            case 4 -> new Point(column, bottom - row); // bottom, left
            case 5 -> new Point(row, column); // left, top
            case 6 -> new Point(right - row, column); // right, top
            case 7 -> new Point(right - row, bottom - column); // right, bottom
            case 8 -> new Point(row, bottom - column); // left, bottom
            default -> throw new IllegalArgumentException("orientation " + orientation);
        };
    }

    private static byte[] tiff(BufferedImage image, int orientation) throws Exception {
        return TestTiffs.write(
                image,
                directory -> directory.addTIFFField(
                        new TIFFField(BaselineTIFFTagSet.getInstance().getTag(274), orientation)));
    }
}
