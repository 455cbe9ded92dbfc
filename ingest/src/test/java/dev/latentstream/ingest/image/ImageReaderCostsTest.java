package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.schemas.RejectionReason;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files whose cost is out of proportion to their size. */
class ImageReaderCostsTest {
    private static final BufferedImage DRAWING = TestImages.drawing(96, 64);
    private static final int LARGEST_SEGMENT = 65_000;

    static Stream<Arguments> filesWhoseTagsNameTheSameBytes() throws Exception {
        byte[] large = overlappingTags(8_000, 300_000);
        return Stream.of(
                Arguments.of("PNG", TestFiles.pngWithChunk(TestImages.png(DRAWING), "eXIf", large)),
                Arguments.of(
                        "WebP",
                        TestFiles.webpWithChunk(
                                ImageReaderFormatsTest.webp(DRAWING, 80), new Size(96, 64), 8, "EXIF", large)),
                Arguments.of(
                        "JPEG",
                        TestFiles.jpegWithExif(TestImages.jpeg(DRAWING), overlappingTags(4_000, LARGEST_SEGMENT))),
                Arguments.of("TIFF", tiffWithOverlappingTags(8_000, 300_000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("filesWhoseTagsNameTheSameBytes")
    void refusesADirectoryWhoseTagsNameTheSameBytes(String name, byte[] file) {
        Refusal refusal = Readings.refusal(file);

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNDECODABLE);
        assertThat(refusal.value()).endsWith("bytes of values");
        assertThat(refusal.detail()).contains("overlap");
    }

    @Test
    void readsADirectoryInWhichTwoResolutionsShareTheirBytes() {
        byte[] exif = directory(2, 8 + 2 + 3 * 12 + 4 + 8, (bytes, i) -> {
            bytes.putShort((short) (282 + i)).putShort((short) 5).putInt(1).putInt(8 + 2 + 3 * 12 + 4);
        });

        assertThat(Readings.workingImage(TestFiles.pngWithChunk(TestImages.png(DRAWING), "eXIf", exif))
                        .size())
                .isEqualTo(new Size(64, 96));
    }

    @Test
    void readsTheFirstOfManyExifBlocks() {
        byte[] file = TestImages.jpeg(DRAWING);
        for (int i = 0; i < 100; i++) {
            file = TestFiles.jpegWithExif(file, TestFiles.exif(1, ByteOrder.BIG_ENDIAN));
        }
        byte[] turned = TestFiles.jpegWithExif(file, TestFiles.exif(6, ByteOrder.BIG_ENDIAN));

        assertThat(Readings.workingImage(turned).size()).isEqualTo(new Size(64, 96));
    }

    @Test
    void refusesAPngThatInflatesToMoreThanItsRows() {
        byte[] surplus = TestFiles.png(256, 256, new byte[257 * 256 + (1 << 20)]);

        Refusal refusal = Readings.refusal(surplus);

        assertThat(refusal.reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
        assertThat(refusal.bound()).isEqualTo("" + (257 * 256 + 65_536));
        assertThat(Readings.read(TestFiles.png(256, 256, new byte[257 * 256 + 4])))
                .isInstanceOf(WorkingImage.class);
    }

    @Test
    void refusesAPngThatInflatesToMoreInASecondChunk() {
        byte[] data = TestFiles.deflate(new byte[257 * 256 + (1 << 20)]);
        byte[] png = TestFiles.png(256, 256, new byte[257 * 256]);
        byte[] first = TestFiles.pngChunk("IDAT", Arrays.copyOf(data, 50));
        byte[] second = TestFiles.pngChunk("IDAT", Arrays.copyOfRange(data, 50, data.length));
        byte[] end = TestFiles.pngChunk("IEND", new byte[0]);

        Refusal refusal = Readings.refusal(TestFiles.join(Arrays.copyOf(png, 33), first, second, end));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,2", "5,7", "8,8", "9,17", "64,33"})
    void readsInterlacedPngsOfAnySize(int width, int height) {
        BufferedImage drawing = TestImages.drawing(width, height);
        byte[] interlaced = TestImages.interlacedPng(drawing);

        assertThat(interlaced[28]).isEqualTo((byte) 1);
        assertThat(PngFile.decodable(interlaced)).isNotEmpty();
        assertThat(PngFile.rowBytes(interlaced)).isEqualTo(inflated(interlaced));
    }

    /** Returns the bytes of all rows, which the JDK wrote. */
    private static int inflated(byte[] png) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        ByteBuffer bytes = ByteBuffer.wrap(png).position(8);
        while (bytes.hasRemaining()) {
            int length = bytes.getInt();
            boolean image = bytes.getInt() == 0x49444154; // IDAT
            if (image) {
                data.write(png, bytes.position(), length);
            }
            bytes.position(bytes.position() + length + 4);
        }
        Inflater inflater = new Inflater();
        inflater.setInput(data.toByteArray());
        try {
            return inflater.inflate(new byte[1 << 20]);
        } catch (DataFormatException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            inflater.end();
        }
    }

    @ParameterizedTest
    @CsvSource({"1,400,true", "2,10,true", "2,400,false"})
    void refusesReversedStripsThatAllNameTheWholeFile(int fillOrder, int strips, boolean admitted) {
        Decoded decoded = Readings.read(tiffOfOneStrip(fillOrder, strips));

        assertThat(decoded instanceof WorkingImage).as("%s", decoded).isEqualTo(admitted);
        if (!admitted) {
            assertThat(Readings.asRefusal(decoded).detail()).contains("overlap");
        }
    }

    /** Returns a file of 64 columns whose strips of one row, in PackBits, all are the same bytes, most of which nobody needs. */
    private static byte[] tiffOfOneStrip(int fillOrder, int strips) {
        int[][] tags = {
            {256, 4, 1, 64},
            {257, 4, 1, strips},
            {258, 3, 1, 8},
            {259, 3, 1, 32773},
            {262, 3, 1, 1},
            {266, 3, 1, fillOrder},
            {273, 4, strips, 8 + 300_000},
            {277, 3, 1, 1},
            {278, 3, 1, 1},
            {279, 4, strips, 8 + 300_000 + 4 * strips}
        };
        int directory = 8 + 300_000 + 8 * strips;
        ByteBuffer bytes = ByteBuffer.allocate(directory + 2 + 12 * tags.length + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'I', 'I', 42, 0})
                .putInt(directory);
        byte repeat64 = (byte) (1 - 64);
        bytes.put(fillOrder == 1 ? repeat64 : (byte) (Integer.reverse(repeat64) >>> 24));
        bytes.position(8 + 300_000);
        for (int i = 0; i < strips; i++) {
            bytes.putInt(8);
        }
        for (int i = 0; i < strips; i++) {
            bytes.putInt(300_000);
        }
        bytes.putShort((short) tags.length);
        for (int[] tag : tags) {
            bytes.putShort((short) tag[0]).putShort((short) tag[1]).putInt(tag[2]);
            if (tag[1] == 3) {
                bytes.putShort((short) tag[3]).putShort((short) 0);
            } else {
                bytes.putInt(tag[3]);
            }
        }
        return bytes.array();
    }

    @Test
    void ignoresAProfileOfMoreElementsThanAnyoneWrites() {
        byte[] file = TestFiles.pngWithProfile(
                TestImages.png(DRAWING), TestProfiles.chain(TestProfiles.DISPLAY_P3, 2.2, 500_000));

        assertThat(Readings.workingImage(file).notes())
                .containsEntry("colour-profile", "ignored: it has 500000 processing elements");
    }

    @Test
    void refusesAnImageThatTheHeapCannotHold(@TempDir Path folder) throws Exception {
        WritableRaster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 3000, 2600, 4, null);
        Path file = Files.write(folder.resolve("inks.jpg"), TestImages.fourChannelJpeg(inks));

        Process reader = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(reader.waitFor()).as(output).isZero();
        assertThat(output).contains("CRASHED", "out of memory", "WorkingImage");
    }

    /** Reads a file, then a small image, in a process of its own. */
    static final class SmallHeap {
        private SmallHeap() {}

        public static void main(String... file) throws IOException {
            System.out.println(Readings.read(Files.readAllBytes(Path.of(file[0]))));
            System.out.println(Readings.read(TestImages.png(DRAWING)));
        }
    }

    /** One entry of a directory. */
    private interface EntryWriter {
        void write(ByteBuffer bytes, int i);
    }

    /** Returns an EXIF block of this size, with an orientation of a quarter turn and tags that all have its bytes as their value. */
    private static byte[] overlappingTags(int tags, int size) {
        int start = 8 + 2 + 12 * (tags + 1) + 4;
        int length = size - start;
        return directory(tags, size, (bytes, i) -> bytes.putShort((short) (0x8000 + i))
                .putShort((short) 7)
                .putInt(length)
                .putInt(start));
    }

    private static byte[] directory(int tags, int size, EntryWriter others) {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) (tags + 1));
        bytes.putShort((short) 274).putShort((short) 3).putInt(1).putInt(6);
        for (int i = 0; i < tags; i++) {
            others.write(bytes, i);
        }
        return bytes.array();
    }

    /** Moves the directory of a TIFF file to its end, followed by the tags and the bytes that all of them name. */
    private static byte[] tiffWithOverlappingTags(int tags, int valueBytes) {
        byte[] tiff = TestTiffs.grey(64, Map.of());
        ByteBuffer before = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
        int directory = before.getInt(4);
        int known = before.getShort(directory);
        int start = directory + 2 + 12 * (known + tags) + 4;
        ByteBuffer bytes = ByteBuffer.allocate(start + valueBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(tiff, 0, directory).putShort((short) (known + tags)).put(tiff, directory + 2, 12 * known);
        for (int i = 0; i < tags; i++) {
            bytes.putShort((short) (0x8000 + i))
                    .putShort((short) 7)
                    .putInt(valueBytes)
                    .putInt(start);
        }
        return bytes.array();
    }
}
