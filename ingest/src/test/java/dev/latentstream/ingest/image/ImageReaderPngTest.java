package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.RejectionReason;
import java.awt.Color;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of the PNG format that are damaged, or odd in a way that affects no pixel; {@link OpenCvTest} has that none prints a line. */
class ImageReaderPngTest {
    private static final byte[] HEADER = TestFiles.pngHeader(2, 2, 8, 2);
    private static final byte[] PALETTE_HEADER = TestFiles.pngHeader(2, 2, 8, 3);

    /** Two rows of two pixels: red, green; blue, white. */
    private static final byte[] ROWS = {0, -1, 0, 0, 0, -1, 0, 0, 0, 0, -1, -1, -1, -1};

    private static final byte[] DATA = TestFiles.deflate(ROWS);
    private static final byte[] INDEXES = TestFiles.deflate(new byte[] {0, 0, 1, 0, 2, 3});
    private static final byte[] PALETTE = {-1, 0, 0, 0, -1, 0, 0, 0, -1, -1, -1, -1};
    private static final Color[][] COLOURS = {{Color.RED, Color.GREEN}, {Color.BLUE, Color.WHITE}};

    /** Sound pixels in files with a fault that viewers ignore. */
    static Stream<Arguments> odd() {
        byte[] surplus = TestFiles.deflate(Arrays.copyOf(ROWS, ROWS.length + 100));
        byte[] header = HEADER;
        byte[] data = chunk("IDAT", DATA);
        byte[] palette = chunk("PLTE", PALETTE);
        byte[] indexes = chunk("IDAT", INDEXES);
        return Stream.of(
                odd("a gAMA chunk of no bytes", header, chunk("gAMA"), data),
                odd("a cHRM chunk of 3 bytes", header, chunk("cHRM", 1, 2, 3), data),
                odd("a cICP chunk of 1 byte", header, chunk("cICP", 1), data),
                odd("an acTL chunk of 2 bytes", header, chunk("acTL", 0, 9), data),
                odd("an eXIf chunk of no bytes", header, chunk("eXIf"), data),
                odd("a tRNS chunk of 1 byte", header, chunk("tRNS", 1), data),
                odd("a tRNS chunk that is too long", header, chunk("tRNS", 1, 2, 3, 4, 5, 6, 7), data),
                odd("a tRNS chunk after the pixels", header, data, chunk("tRNS", 0, -1, 0, 0, 0, 0)),
                odd("a tRNS chunk before the palette", PALETTE_HEADER, chunk("tRNS", 0), palette, indexes),
                odd(
                        "a tRNS chunk longer than the palette",
                        PALETTE_HEADER,
                        palette,
                        chunk("tRNS", 0, 0, 0, 0, 0),
                        indexes),
                odd(
                        "a tRNS chunk longer than the indexes allow",
                        TestFiles.pngHeader(2, 2, 2, 3),
                        chunk("PLTE", Arrays.copyOf(PALETTE, 30)),
                        chunk("tRNS", 0, 0, 0, 0, 0),
                        chunk("IDAT", TestFiles.deflate(new byte[] {0, 0x10, 0, (byte) 0xb0}))),
                odd("a suggested palette of 4 bytes", header, chunk("PLTE", 1, 2, 3, 4), data),
                odd("two suggested palettes", header, palette, palette, data),
                odd("data after the last row", header, chunk("IDAT", surplus)),
                odd("a second zlib stream", header, data, data),
                odd("data in two chunks with another between", header, half(0), chunk("tEXt", 'a', 0, 'b'), half(1)),
                odd("an IEND chunk of 1 byte", header, data, chunk("IEND", 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("odd")
    void readsThePixelsOfAFileWith(String fault, byte[] file) {
        Readings.assertPixels(file, COLOURS);
    }

    /** Files without the pixels of an image. */
    static Stream<Arguments> damaged() {
        byte[] rows = ROWS.clone();
        rows[7] = 5;
        byte[] wrongChecksum = DATA.clone();
        wrongChecksum[wrongChecksum.length - 1] ^= 1;
        byte[] header = HEADER;
        byte[] palette = chunk("PLTE", PALETTE);
        byte[] indexes = chunk("IDAT", INDEXES);
        return Stream.of(
                damaged("filter type 5", "0 to 4", header, chunk("IDAT", TestFiles.deflate(rows))),
                damaged("7 bytes of rows", "14", header, chunk("IDAT", TestFiles.deflate(Arrays.copyOf(ROWS, 7)))),
                damaged("no end", "a matching checksum", header, chunk("IDAT", wrongChecksum)),
                damaged("no end", "a matching checksum", header, chunk("IDAT", Arrays.copyOf(DATA, DATA.length - 4))),
                damaged("no PLTE chunk", "one", PALETTE_HEADER, indexes),
                damaged("4 bytes", "1 to 256 colours of 3 bytes", PALETTE_HEADER, chunk("PLTE", 1, 2, 3, 4), indexes),
                damaged("0 bytes", "1 to 256 colours of 3 bytes", PALETTE_HEADER, chunk("PLTE"), indexes),
                damaged("a PLTE chunk", "one before the image data", PALETTE_HEADER, palette, palette, indexes),
                damaged("a PLTE chunk", "one before the image data", PALETTE_HEADER, indexes, palette),
                damaged("IDAT", "an IHDR chunk", chunk("IDAT", DATA), header),
                damaged(
                        "14 bytes",
                        "13",
                        chunk("IHDR", 0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0, 0),
                        chunk("IDAT", DATA)));
    }

    @ParameterizedTest(name = "{0}, bound {1}")
    @MethodSource("damaged")
    void refuses(String value, String bound, byte[] file) {
        Refusal refusal = Readings.refusal(file);

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNDECODABLE);
        assertThat(refusal.value()).isEqualTo(value);
        assertThat(refusal.bound()).isEqualTo(bound);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 11, 12})
    void refusesAMethodThatTheStandardDoesNotHave(int place) {
        byte[] header = {0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0};
        header[place] = 2;

        Refusal refusal =
                Readings.refusal(TestFiles.pngOf(TestFiles.pngChunk("IHDR", header), TestFiles.pngChunk("IDAT", DATA)));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(refusal.bound()).isEqualTo("0, 0, 0 or 1");
    }

    @Test
    void findsAnUnknownFilterInTheLastPassOfAnInterlacedFile() {
        byte[] header = {0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 1};
        byte[] passes = {0, 10, 0, 30, 0, 20, 9, 40, 50, 60}; // passes 1, 4, 6 and 7; the others are empty

        Refusal refusal = Readings.refusal(TestFiles.pngOf(
                TestFiles.pngChunk("IHDR", header), TestFiles.pngChunk("IDAT", TestFiles.deflate(passes))));

        assertThat(refusal.value()).isEqualTo("filter type 9");
    }

    static Stream<byte[]> all() {
        return Stream.concat(
                odd().map(each -> (byte[]) each.get()[1]), damaged().map(each -> (byte[]) each.get()[2]));
    }

    private static byte[] half(int which) {
        int middle = DATA.length / 2;
        return TestFiles.pngChunk(
                "IDAT", Arrays.copyOfRange(DATA, which == 0 ? 0 : middle, which == 0 ? middle : DATA.length));
    }

    private static Arguments odd(String fault, byte[]... chunks) {
        return Arguments.of(fault, TestFiles.pngOf(chunks));
    }

    private static Arguments damaged(String value, String bound, byte[]... chunks) {
        return Arguments.of(value, bound, TestFiles.pngOf(chunks));
    }

    private static byte[] chunk(String type, int... data) {
        byte[] bytes = new byte[data.length];
        for (int i = 0; i < data.length; i++) {
            bytes[i] = (byte) data[i];
        }
        return TestFiles.pngChunk(type, bytes);
    }

    private static byte[] chunk(String type, byte[] data) {
        return TestFiles.pngChunk(type, data);
    }
}
