package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.TestTiffLayouts.Layout;
import dev.latentstream.ingest.image.TestTiffLayouts.Samples;
import dev.latentstream.schemas.RejectionReason;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderTiffTest {
    private static final int GREY_FROM_WHITE = 0;
    private static final int GREY = 1;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int INKS = 5;

    private static final Layout PLAIN = new Layout(RGB, 3, 8, false, false, ByteOrder.LITTLE_ENDIAN);

    /** Colours and bits of the table, each in strips and tiles, interleaved and separate, in both byte orders. */
    static Stream<Layout> layouts() {
        return Stream.of(
                        colours(GREY_FROM_WHITE, 1, 1, 2, 4, 8, 10, 12, 14, 16),
                        colours(GREY, 1, 1, 2, 4, 8, 10, 12, 14, 16),
                        colours(RGB, 3, 2, 4, 8, 10, 12, 14, 16),
                        colours(PALETTE, 1, 1, 2, 4, 8),
                        colours(INKS, 4, 8, 16))
                .flatMap(layouts -> layouts);
    }

    private static Stream<Layout> colours(int photometric, int samples, int... bits) {
        return IntStream.of(bits).boxed().flatMap(each -> IntStream.range(0, 8)
                .mapToObj(form -> new Layout(
                        photometric,
                        samples,
                        each,
                        (form & 1) != 0,
                        (form & 2) != 0,
                        (form & 4) != 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void readsEachLayout(Layout layout) {
        assertPixels(TestTiffLayouts.file(layout, samples(layout), palette(layout)), layout, 0);
    }

    @ParameterizedTest
    @CsvSource({"5", "8", "32946", "32773"})
    void readsEachCompressionOfEachLayout(int compression) {
        for (Layout layout : layouts().toList()) {
            Map<Integer, int[]> tags = join(palette(layout), Map.of(259, new int[] {compression}));
            byte[] file = TestTiffLayouts.file(layout, samples(layout), tags, bytes -> compress(compression, bytes));

            assertPixels(file, layout, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void addsTheDifferencesOfAPredictor(int bits) {
        for (Layout layout : layouts().filter(each -> each.bits() == bits).toList()) {
            Samples levels = samples(layout);
            Samples differences = (x, y, sample) -> {
                int before = x % (layout.tiled() ? 16 : TestTiffLayouts.WIDTH) == 0 ? 0 : levels.at(x - 1, y, sample);
                return levels.at(x, y, sample) - before & layout.largest();
            };
            Map<Integer, int[]> tags = join(palette(layout), Map.of(259, new int[] {8}, 317, new int[] {2}));

            assertPixels(TestTiffLayouts.file(layout, differences, tags, TestFiles::deflate), layout, 0);
        }
    }

    /** Compares with the JDK's encoder, which compresses better than the literal codes above. */
    @ParameterizedTest
    @ValueSource(strings = {"LZW", "Deflate", "ZLib", "PackBits", "JPEG"})
    void readsWhatTheJdkCompresses(String compression) throws IOException {
        BufferedImage drawing = TestImages.drawing(300, 200);

        assertThat(TestImages.psnr(
                        drawing,
                        TestImages.decode(Readings.losslessImage(jdk(drawing, compression))
                                .image())))
                .isGreaterThan(compression.equals("JPEG") ? 30 : 90);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CCITT RLE", "CCITT T.4", "CCITT T.6"})
    void readsFax(String compression) throws IOException {
        BufferedImage drawing = TestImages.drawing(300, 200, BufferedImage.TYPE_BYTE_BINARY);

        assertThat(TestImages.psnr(
                        drawing,
                        TestImages.decode(Readings.losslessImage(jdk(drawing, compression))
                                .image())))
                .isInfinite();
    }

    @Test
    void refusesFaxLinesOfMoreChangesThanItsDecoderHasRoomForAsUnsupported() throws IOException {
        BufferedImage stripes = new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_BINARY);
        for (int y = 0; y < 64; y++) {
            for (int x = 1; x < 64; x += 2) {
                stripes.setRGB(x, y, 0xffffff); // each line begins with black and changes at each pixel
            }
        }

        Refusal refusal = Readings.refusal(jdk(stripes, "CCITT T.4"));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(refusal.detail()).isEqualTo("number of changes in a line of the fax data 66 is above 65");
        assertThat(Readings.losslessImage(jdk(stripes, "CCITT T.6")).size()).isEqualTo(new Size(64, 64));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1 << 30})
    void readsFaxWhoseStripsHaveNoTrueSize(int bytes) throws IOException {
        BufferedImage drawing = TestImages.drawing(300, 200, BufferedImage.TYPE_BYTE_BINARY);
        byte[] file = jdk(drawing, "CCITT T.6");
        ByteBuffer tiff = ByteBuffer.wrap(file);
        tiff.order(file[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int counts = TestTiffs.entry(file, 279);
        int strips = tiff.getInt(counts + 4);
        for (int i = 0; i < strips; i++) {
            tiff.putInt(strips == 1 ? counts + 8 : tiff.getInt(counts + 8) + 4 * i, bytes);
        }

        assertThat(TestImages.psnr(
                        drawing, TestImages.decode(Readings.losslessImage(file).image())))
                .isInfinite();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void turnsTiledImagesAsAWhole(int orientation) {
        Layout tiled = new Layout(RGB, 3, 8, false, true, ByteOrder.LITTLE_ENDIAN);
        byte[] file = TestTiffLayouts.file(tiled, samples(tiled), Map.of(274, new int[] {orientation}));
        byte[] png = TestImages.png(image(tiled));
        byte[] turned = TestFiles.pngWithChunk(png, "eXIf", TestFiles.exif(orientation, ByteOrder.BIG_ENDIAN));

        assertThat(Readings.losslessImage(file).pixelHash())
                .isEqualTo(Readings.losslessImage(turned).pixelHash());
    }

    @ParameterizedTest
    @CsvSource({"8, false", "8, true", "16, false", "4, false"})
    void compositesAlphaOverWhite(int bits, boolean planar) {
        int largest = (1 << bits) - 1;
        Layout grey = new Layout(GREY, 2, bits, planar, false, ByteOrder.LITTLE_ENDIAN);
        Layout rgb = new Layout(RGB, 4, bits, planar, false, ByteOrder.LITTLE_ENDIAN);
        Samples clear = (x, y, sample) -> sample == 1 && x > 0 ? largest : 0;
        Samples clearRgb = (x, y, sample) -> sample == 3 && x > 0 ? largest : 0;

        for (byte[] file : new byte[][] {
            TestTiffLayouts.file(grey, clear, Map.of(338, new int[] {2})),
            TestTiffLayouts.file(rgb, clearRgb, Map.of(338, new int[] {2})),
            TestTiffLayouts.file(rgb, clearRgb, Map.of(338, new int[] {1})),
            TestTiffLayouts.file(rgb, clearRgb, Map.of())
        }) {
            BufferedImage read = TestImages.decode(Readings.losslessImage(file).image());

            assertThat(TestImages.colour(read, 0, 5)).isEqualTo(Color.WHITE);
            assertThat(TestImages.colour(read, 7, 5)).isEqualTo(Color.BLACK);
        }
    }

    @Test
    void ignoresExtraSamplesThatAreNotAlpha() {
        Layout layout = new Layout(RGB, 5, 8, false, false, ByteOrder.LITTLE_ENDIAN);

        assertPixels(TestTiffLayouts.file(layout, samples(layout), Map.of(338, new int[] {0, 0})), layout, 0);
    }

    @Test
    void readsLumaAndChromaThatPixelsShare() {
        byte[] file = TestTiffLayouts.file(
                new Layout(6, 3, 8, false, false, ByteOrder.LITTLE_ENDIAN),
                (x, y, sample) -> 0,
                Map.of(530, new int[] {2, 2}),
                strip -> new byte[strip.length]);
        int units = 11 * 4 * 6; // of the first strip: eleven units across, four down, of six bytes
        for (int unit = 0; unit < units; unit += 6) {
            int[] red = {76, 76, 76, 76, 85, 255};
            for (int i = 0; i < 6; i++) {
                file[8 + unit + i] = (byte) red[i];
            }
        }

        BufferedImage read = TestImages.decode(Readings.losslessImage(file).image());

        assertThat(TestImages.difference(TestImages.colour(read, 20, 7), Color.RED))
                .isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "259, 6, compression 6",
        "259, 34925, compression 34925", // LZMA
        "259, 50000, compression 50000", // ZSTD
        "259, 50001, compression 50001", // WebP
        "259, 34887, compression 34887", // LERC
        "259, 34712, compression 34712", // JPEG 2000
        "339, 2, sample format 2",
        "339, 3, sample format 3",
        "262, 8, photometric interpretation 8 with 3 samples of 8 bits",
        "262, 32803, photometric interpretation 32803 with 3 samples of 8 bits",
        "258, 32, photometric interpretation 2 with 3 samples of 32 bits",
        "277, 9, photometric interpretation 2 with 9 samples of 8 bits"
    })
    void refusesWhatTheTableDoesNotListAsUnsupported(int tag, int number, String value) {
        Refusal refusal =
                Readings.refusal(TestTiffLayouts.file(PLAIN, samples(PLAIN), Map.of(tag, new int[] {number})));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(refusal.value()).isEqualTo(value);
    }

    @Test
    void refusesFloatingPointPredictorsAsUnsupported() {
        Map<Integer, int[]> tags = Map.of(259, new int[] {8}, 317, new int[] {3});

        Refusal refusal = Readings.refusal(TestTiffLayouts.file(PLAIN, samples(PLAIN), tags, TestFiles::deflate));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(refusal.value()).isEqualTo("predictor 3 of 8 bits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Deflate", "LZW", "JPEG"})
    void refusesAHoleInAStrip(String compression) throws IOException {
        byte[] file = jdk(TestImages.drawing(300, 200), compression);
        byte[] damaged = file.clone();
        Arrays.fill(damaged, file.length / 2, file.length / 2 + 64, (byte) 0xff);

        assertThat(Readings.read(file)).isInstanceOf(Decoded.WorkingImage.class);
        assertThat(Readings.refusal(damaged).reason()).isEqualTo(RejectionReason.UNDECODABLE);
    }

    @Test
    void refusesStripsThatAreTooShort() {
        byte[] file = TestTiffLayouts.file(
                PLAIN, samples(PLAIN), Map.of(259, new int[] {32773}), strip -> new byte[] {0, 1, 0, 2});

        assertThat(Readings.refusal(file))
                .isEqualTo(Refusal.undecodable("2 bytes", "504", "a strip or tile of the TIFF file is damaged"));
    }

    /** Levels that differ at every place and in every sample. */
    static Samples samples(Layout layout) {
        return (x, y, sample) -> (x * 7 + y * 11 + sample * 53) * (layout.bits() == 16 ? 97 : 1) & layout.largest();
    }

    static Map<Integer, int[]> palette(Layout layout) {
        if (layout.photometric() != PALETTE) {
            return Map.of();
        }
        int colours = 1 << layout.bits();
        int[] map = new int[3 * colours];
        for (int i = 0; i < map.length; i++) {
            map[i] = 257 * (i * 37 & 0xff);
        }
        return Map.of(320, map);
    }

    private static Color expected(Layout layout, int x, int y) {
        Samples samples = samples(layout);
        int[] levels = new int[Math.max(4, layout.samples())];
        for (int i = 0; i < layout.samples(); i++) {
            levels[i] = Math.round(samples.at(x, y, i) * 255f / layout.largest());
        }
        int colours = 1 << layout.bits();
        int index = samples.at(x, y, 0);
        return switch (layout.photometric()) {
            case GREY_FROM_WHITE -> new Color(255 - levels[0], 255 - levels[0], 255 - levels[0]);
            case GREY -> new Color(levels[0], levels[0], levels[0]);
            case PALETTE ->
                new Color(index * 37 & 0xff, (colours + index) * 37 & 0xff, (2 * colours + index) * 37 & 0xff);
            case INKS ->
                new Color(
                        Math.round((255 - levels[0]) * (255 - levels[3]) / 255f),
                        Math.round((255 - levels[1]) * (255 - levels[3]) / 255f),
                        Math.round((255 - levels[2]) * (255 - levels[3]) / 255f));
            default -> new Color(levels[0], levels[1], levels[2]);
        };
    }

    private static BufferedImage image(Layout layout) {
        BufferedImage image =
                new BufferedImage(TestTiffLayouts.WIDTH, TestTiffLayouts.HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, expected(layout, x, y).getRGB());
            }
        }
        return image;
    }

    static void assertPixels(byte[] file, Layout layout, int within) {
        BufferedImage read = TestImages.decode(Readings.losslessImage(file).image());
        for (int y = 0; y < TestTiffLayouts.HEIGHT; y++) {
            for (int x = 0; x < TestTiffLayouts.WIDTH; x++) {
                assertThat(TestImages.difference(TestImages.colour(read, x, y), expected(layout, x, y)))
                        .as("%s at %d,%d", layout, x, y)
                        .isLessThanOrEqualTo(within);
            }
        }
    }

    private static Map<Integer, int[]> join(Map<Integer, int[]> some, Map<Integer, int[]> others) {
        Map<Integer, int[]> all = new HashMap<>(some);
        all.putAll(others);
        return all;
    }

    private static byte[] compress(int compression, byte[] bytes) {
        return switch (compression) {
            case 5 -> lzw(bytes);
            case 32773 -> TestTiffLayouts.packBits(bytes);
            default -> TestFiles.deflate(bytes);
        };
    }

    /** Writes literal codes of nine bits, and a clear code before they would grow. */
    private static byte[] lzw(byte[] bytes) {
        int[] codes = new int[bytes.length + bytes.length / 200 + 2];
        int count = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (i % 200 == 0) {
                codes[count++] = 256;
            }
            codes[count++] = bytes[i] & 0xff;
        }
        codes[count++] = 257;
        ByteBuffer packed = ByteBuffer.allocate((9 * count + 7) / 8);
        for (int bit = 0; bit < 9 * count; bit++) {
            int set = (codes[bit / 9] >> (8 - bit % 9)) & 1;
            packed.put(bit / 8, (byte) (packed.get(bit / 8) | (set << (7 - bit % 8))));
        }
        return packed.array();
    }

    private static byte[] jdk(BufferedImage image, String compression) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionType(compression);
            writer.setOutput(output);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
