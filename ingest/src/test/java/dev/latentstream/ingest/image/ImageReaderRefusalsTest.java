package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.schemas.RejectionReason;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderRefusalsTest {
    private static final BufferedImage DRAWING = TestImages.drawing(200, 120);

    @Test
    void refusesNoBytes() {
        assertThat(Readings.refusal(new byte[0]))
                .isEqualTo(new Refusal(RejectionReason.EMPTY, "0", "1", "the file is empty"));
    }

    @Test
    void refusesMoreBytesThanTheBound() {
        Refusal refusal = Readings.refusal(new byte[(8 << 20) + 1]);

        assertThat(refusal.reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
        assertThat(refusal.value()).isEqualTo("8388609");
        assertThat(refusal.bound()).isEqualTo("8388608");
    }

    @Test
    void refusesAWebPageNamedLikeAnImage() {
        Refusal refusal = Readings.refusal("<!DOCTYPE html><p>Not found".getBytes(StandardCharsets.UTF_8));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNKNOWN_FORMAT);
        assertThat(refusal.value()).isEqualTo("<!DOCTYPE ht");
        assertThat(refusal.bound()).isEqualTo("JPEG, PNG, WebP, GIF, BMP, TIFF");
    }

    static Stream<Arguments> headersThatLie() throws Exception {
        byte[] gif = TestAnimations.gif(Color.RED);
        ByteBuffer.wrap(gif)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putShort(6, (short) 30000)
                .putShort(8, (short) 30000);
        byte[] bmp = TestImages.encode("bmp", DRAWING);
        ByteBuffer.wrap(bmp)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putInt(18, 30000)
                .putInt(22, -30000);
        byte[] jpeg = TestImages.jpeg(DRAWING);
        byte[] webp = TestFiles.webpWithChunk(
                ImageReaderFormatsTest.webp(DRAWING, 80), new Size(30000, 30000), 0, "XMP ", new byte[4]);
        byte[] tiff = TestTiffs.write(DRAWING, directory -> {});
        return Stream.of(
                Arguments.of("JPEG", withJpegSize(jpeg, 30000, 30000)),
                Arguments.of("PNG", TestFiles.png(30000, 30000, new byte[10])),
                Arguments.of("WebP", webp),
                Arguments.of("GIF", gif),
                Arguments.of("BMP", bmp),
                Arguments.of("TIFF", withTiffSize(tiff, 30000, 30000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headersThatLie")
    void refusesATinyFileThatClaimsAHugeImage(String name, byte[] file) {
        Refusal refusal = Readings.refusal(file);

        assertThat(refusal.reason()).isEqualTo(RejectionReason.TOO_MANY_PIXELS);
        assertThat(refusal.value()).isEqualTo("900000000");
        assertThat(refusal.bound()).isEqualTo("100000000");
        assertThat(refusal.detail()).contains("30000x30000");
    }

    @ParameterizedTest
    @CsvSource({
        "0000001c6674797068656963, HEIF",
        "000000206674797061766966, AVIF",
        "ff0a1020304050607080, JPEG XL",
        "0000000c4a584c200d0a870a, JPEG XL",
        "0000000c6a5020200d0a870a, JPEG 2000",
        "384250530001000000000000, Photoshop",
        "000001000100101000000000, ICO",
        "3c73766720786d6c6e733d22, SVG",
        "255044462d312e37, PDF",
        "762f310102000000, OpenEXR",
        "50360a36342036340a323535, Netpbm"
    })
    void namesTheFormatOfASoundFileThatItDoesNotRead(String start, String format) {
        Refusal refusal = Readings.refusal(Arrays.copyOf(HexFormat.of().parseHex(start), 200));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(refusal.value()).isEqualTo(format);
    }

    @Test
    void refusesAnImageThatWouldInflateToMoreMemoryThanTheBound() {
        ImageReader reader =
                ImageReader.open(new ImageBounds(8 << 20, 100_000_000, 1 << 20, 20, 1), new OutputSettings(), 1);
        byte[] bomb = TestFiles.png(2000, 2000, new byte[2001 * 2000]);

        Refusal refusal = Readings.asRefusal(reader.read(bomb));

        assertThat(bomb.length).isLessThan(10_000);
        assertThat(refusal.reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
        assertThat(refusal.value()).isEqualTo("4000000");
        assertThat(refusal.bound()).isEqualTo("1048576");
    }

    @Test
    void countsTheCoefficientsOfAJpegOfSeveralScans() {
        byte[] baseline = withJpegSize(TestImages.jpeg(DRAWING), 11_200, 8_800);
        byte[] progressive = withJpegSize(TestImages.progressiveJpeg(DRAWING), 11_200, 8_800);
        byte[] scanByScan = withFirstScanOfOneComponent(baseline);

        for (byte[] file : new byte[][] {progressive, scanByScan}) {
            Refusal refusal = Readings.refusal(file);

            assertThat(refusal.reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
            // 3 bytes a pixel; in units of 16x16 pixels, 6 blocks of 64 coefficients of 2 bytes
            assertThat(refusal.value()).isEqualTo("" + (3L * 11_200 * 8_800 + 700L * 550 * 6 * 64 * 2));
            assertThat(refusal.bound()).isEqualTo("" + (512 << 20));
        }
        assertThat(Headers.read(baseline).decodedBytes()).isEqualTo(3L * 11_200 * 8_800);
    }

    @Test
    void countsTheTileOrStripThatATiffIsMadeOf() {
        assertThat(Readings.read(TestTiffs.grey(64, Map.of(322, 64, 323, 64)))).isInstanceOf(WorkingImage.class);
        assertThat(Readings.read(TestTiffs.grey(64, Map.of(278, 64)))).isInstanceOf(WorkingImage.class);
        assertThat(Readings.read(TestTiffs.grey(64, Map.of(278, -1)))).isInstanceOf(WorkingImage.class);

        long tileBytes = 2L * 16_384 * 16_384; // as in the file, and decompressed
        Refusal refusal = Readings.refusal(TestTiffs.grey(64, Map.of(322, 16_384, 323, 16_384)));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
        assertThat(refusal.value()).isEqualTo("" + (64 * 64 + tileBytes));
    }

    @Test
    void refusesATiffThatHidesItsTilesFromTheReaderOfItsHeader() {
        byte[] tiff = TestTiffs.grey(64, Map.of(322, 64, 323, 64));
        byte[] hidden = tiff.clone();
        hidden[TestTiffs.entry(tiff, 322) + 2] = 15; // no type of number

        assertThat(Readings.refusal(hidden).value()).isEqualTo("a number of another type");
    }

    @Test
    void refusesExtremeAspects() {
        Refusal refusal = Readings.refusal(TestImages.png(TestImages.drawing(2100, 100)));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.ASPECT_RATIO);
        assertThat(refusal.value()).isEqualTo("21.0");
        assertThat(refusal.bound()).isEqualTo("20.0");
    }

    @Test
    void refusesAnimationsIfSettingsAllowOneFrame() {
        byte[] png = TestFiles.pngWithChunk(
                TestImages.png(DRAWING),
                "acTL",
                ByteBuffer.allocate(8).putInt(24).array());
        byte[] webp = TestFiles.webpWithChunk(
                TestFiles.webpWithChunk(
                        ImageReaderFormatsTest.webp(DRAWING, 80), new Size(200, 120), 2, "ANMF", new byte[40]),
                new Size(200, 120),
                2,
                "ANMF",
                new byte[40]);

        assertFrames(TestAnimations.gif(Color.RED, Color.BLUE, Color.RED), "3");
        assertFrames(png, "24");
        assertFrames(webp, "2");
    }

    private static void assertFrames(byte[] file, String frames) {
        ImageReader reader =
                ImageReader.open(new ImageBounds(8 << 20, 100_000_000, 512 << 20, 20, 1), new OutputSettings(), 1);

        Refusal refusal = Readings.asRefusal(reader.read(file));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.TOO_MANY_FRAMES);
        assertThat(refusal.value()).isEqualTo(frames);
        assertThat(refusal.bound()).isEqualTo("1");
    }

    static Stream<Arguments> wholeFiles() {
        return Stream.of(
                Arguments.of("baseline JPEG", TestImages.jpeg(DRAWING)),
                Arguments.of("progressive JPEG", TestImages.progressiveJpeg(DRAWING)),
                Arguments.of("PNG", TestImages.png(DRAWING)),
                Arguments.of("WebP", ImageReaderFormatsTest.webp(DRAWING, 80)),
                Arguments.of("GIF", TestImages.encode("gif", DRAWING)),
                Arguments.of("BMP", TestImages.encode("bmp", DRAWING)),
                Arguments.of("TIFF", TestImages.encode("tiff", DRAWING)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wholeFiles")
    void refusesAFileThatIsTruncatedAnywhere(String name, byte[] file) {
        assertThat(Readings.read(file)).isInstanceOf(WorkingImage.class);
        for (int tenth = 1; tenth < 10; tenth++) {
            byte[] cut = Arrays.copyOf(file, Math.max(12, file.length * tenth / 10));

            Refusal refusal = Readings.refusal(cut);

            assertThat(refusal.reason()).as("%d tenths: %s", tenth, refusal).isEqualTo(RejectionReason.UNDECODABLE);
            assertThat(refusal.value()).isNotBlank();
            assertThat(refusal.bound()).isNotBlank();
        }
        assertThat(Readings.refusal(Arrays.copyOf(file, file.length - 2)).reason())
                .isEqualTo(RejectionReason.UNDECODABLE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesATruncatedJpegWithAnEndMarker(boolean progressive) {
        byte[] file = progressive ? TestImages.progressiveJpeg(DRAWING) : TestImages.jpeg(DRAWING);
        byte[] cut = Arrays.copyOf(file, progressive ? file.length / 10 : file.length / 2);
        cut[cut.length - 2] = (byte) 0xff;
        cut[cut.length - 1] = (byte) 0xd9;

        Refusal refusal = Readings.refusal(cut);

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNDECODABLE);
    }

    @Test
    void readsAnImageThatEndsInTheGreyOfATruncatedJpeg() {
        assertThat(Readings.read(TestImages.jpeg(greyBelow()))).isInstanceOf(WorkingImage.class);
    }

    private static BufferedImage greyBelow() {
        BufferedImage image = TestImages.drawing(200, 120);
        for (int y = 80; y < 120; y++) {
            for (int x = 0; x < 200; x++) {
                image.setRGB(x, y, new Color(128, 128, 128).getRGB());
            }
        }
        return image;
    }

    @Test
    void refusesAPngWhoseDataDoesNotMatchItsChecksum() {
        byte[] file = TestImages.png(DRAWING);
        file[file.length / 2] ^= 1;

        Refusal refusal = Readings.refusal(file);

        assertThat(refusal)
                .isEqualTo(
                        Refusal.undecodable("IDAT", "a matching checksum", "a IDAT chunk of the PNG file is damaged"));
    }

    @Test
    void refusesAPngWithLessDataThanItsSizeNeeds() {
        assertThat(Readings.refusal(TestFiles.png(100, 100, new byte[101 * 50])).reason())
                .isEqualTo(RejectionReason.UNDECODABLE);
    }

    @Test
    void refusesAJpegOfMoreScansThanAnyoneWrites() {
        byte[] file = TestImages.jpeg(DRAWING);
        byte[] scan = {0, 1, 1, 0, 0, 63, 0};
        byte[] scans = file;
        for (int i = 0; i < 101; i++) {
            scans = TestFiles.jpegWithSegment(scans, 0xda, scan);
        }

        assertThat(Readings.refusal(TestFiles.jpegWithSegment(scans, 0xc0, new byte[] {8, 0, 9, 0, 9, 1, 1, 17, 0})))
                .isEqualTo(Refusal.undecodable("101", "100", "the JPEG file has too many scans"));
    }

    @Test
    void readsAnImageOfOnePixel() {
        WorkingImage working = Readings.workingImage(TestImages.png(TestImages.plain(1, 1, Color.RED)));

        assertThat(working.size()).isEqualTo(new Size(1, 1)); // the policy's minimum side applies later
    }

    /** Every bit is covered: each chunk has a checksum, and the signature is fixed. */
    @Test
    void refusesAPngWithAnyFlippedBit() {
        for (byte[] damaged : withOneBitOfDamage(TestImages.png(TestImages.drawing(24, 16)))) {
            assertThat(Readings.read(damaged)).isInstanceOf(Refused.class);
        }
    }

    static Stream<Arguments> filesWithoutChecksums() {
        BufferedImage drawing = TestImages.drawing(24, 16);
        return Stream.of(
                Arguments.of("JPEG", TestImages.jpeg(drawing)),
                Arguments.of("WebP", ImageReaderFormatsTest.webp(drawing, 80)),
                Arguments.of("GIF", TestImages.encode("gif", drawing)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("filesWithoutChecksums")
    void returnsAWholeImageOrARefusalForAnyFlippedBit(String name, byte[] file) throws IOException {
        List<RejectionReason> reasons = new ArrayList<>();
        int images = 0;
        for (byte[] damaged : withOneBitOfDamage(file)) {
            Decoded decoded = Readings.read(damaged);
            if (decoded instanceof WorkingImage working) {
                assertThat(sizeOf(working)).isEqualTo(working.size());
                images++;
            } else {
                Refusal refusal = Readings.asRefusal(decoded);
                assertThat(refusal.value()).as("%s", refusal).isNotBlank();
                reasons.add(refusal.reason());
            }
        }
        assertThat(reasons).contains(RejectionReason.UNKNOWN_FORMAT, RejectionReason.UNDECODABLE);
        assertThat(images).isPositive();
    }

    /** Returns the size as ImageIO reads it. */
    private static Size sizeOf(WorkingImage working) throws IOException {
        byte[] bytes = new byte[working.image().remaining()];
        working.image().get(bytes);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
        return new Size(image.getWidth(), image.getHeight());
    }

    /** Returns a copy for each byte of a file, with one bit of that byte flipped. */
    private static List<byte[]> withOneBitOfDamage(byte[] file) {
        List<byte[]> copies = new ArrayList<>();
        for (int i = 0; i < file.length; i++) {
            byte[] damaged = file.clone();
            damaged[i] ^= (byte) (1 << i % 8);
            copies.add(damaged);
        }
        return copies;
    }

    private static byte[] withJpegSize(byte[] jpeg, int width, int height) {
        byte[] result = jpeg.clone();
        int frame = segment(jpeg, 0xc0, 0xc2);
        ByteBuffer.wrap(result).putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
        return result;
    }

    /** Changes the first scan as if the other components followed in later scans. */
    private static byte[] withFirstScanOfOneComponent(byte[] jpeg) {
        byte[] result = jpeg.clone();
        result[segment(jpeg, 0xda, 0xda) + 4] = 1;
        return result;
    }

    /** Returns the offset of the first segment with one of two markers. */
    private static int segment(byte[] jpeg, int marker, int other) {
        int position = 2;
        while ((jpeg[position + 1] & 0xff) != marker && (jpeg[position + 1] & 0xff) != other) {
            position += 2 + (jpeg[position + 2] & 0xff) * 256 + (jpeg[position + 3] & 0xff);
        }
        return position;
    }

    private static byte[] withTiffSize(byte[] tiff, int width, int height) {
        return withTag(withTag(tiff, 256, width), 257, height);
    }

    /** Overwrites the value of a tag with a single number. */
    private static byte[] withTag(byte[] tiff, int tag, int value) {
        byte[] result = tiff.clone();
        ByteBuffer bytes = ByteBuffer.wrap(result)
                .order(result[0] == 'M' ? java.nio.ByteOrder.BIG_ENDIAN : java.nio.ByteOrder.LITTLE_ENDIAN);
        int directory = bytes.getInt(4);
        int entries = bytes.getShort(directory);
        for (int entry = directory + 2; entry < directory + 2 + 12 * entries; entry += 12) {
            if (bytes.getShort(entry) == tag) {
                if (bytes.getShort(entry + 2) == 3) { // a short is in the first two of the four bytes
                    bytes.putShort(entry + 8, (short) value);
                } else {
                    bytes.putInt(entry + 8, value);
                }
            }
        }
        return result;
    }
}
