package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.TestBmps.Form;
import dev.latentstream.schemas.RejectionReason;
import java.awt.Color;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderBmpTest {
    private static final Color[] COLOURS = {Color.BLACK, Color.RED, Color.GREEN, Color.BLUE};
    private static final Color[] NONE = {};

    /** Row by row from the bottom, as they are in the file: blue, black; red, green. */
    private static final Color[][] ROWS = {{Color.RED, Color.GREEN}, {Color.BLUE, Color.BLACK}};

    static Stream<Arguments> layouts() {
        return Stream.of(plainLayouts(), maskedLayouts(), paletteLayouts()).flatMap(rows -> rows);
    }

    private static Stream<Arguments> plainLayouts() {
        byte[] bgr = TestBmps.bytes(255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0);
        byte[] rgb555 = TestBmps.shorts(0x1f, 0, 0x7c00, 0x3e0);
        byte[] bgrx = TestBmps.ints(0xff, 0, 0xff0000, 0xff00);
        return Stream.of(
                Arguments.of("OS/2, 24 bits", new Form(12, 2, 2, 24, 0), NONE, bgr),
                Arguments.of("24 bits", new Form(40, 2, 2, 24, 0), NONE, bgr),
                Arguments.of("OS/2 2, 24 bits", new Form(64, 2, 2, 24, 0), NONE, bgr),
                Arguments.of("version 5, 24 bits", new Form(124, 2, 2, 24, 0), NONE, bgr),
                Arguments.of("16 bits without masks", new Form(40, 2, 2, 16, 0), NONE, rgb555),
                Arguments.of("32 bits", new Form(40, 2, 2, 32, 0), NONE, bgrx));
    }

    private static Stream<Arguments> maskedLayouts() {
        byte[] rgb555 = TestBmps.shorts(0x1f, 0, 0x7c00, 0x3e0);
        byte[] rgb565 = TestBmps.shorts(0x1f, 0, 0xf800, 0x7e0);
        byte[] rgb444 = TestBmps.shorts(0xf, 0, 0xf00, 0xf0);
        byte[] bgrx = TestBmps.ints(0xff, 0, 0xff0000, 0xff00);
        byte[] rgbx = TestBmps.ints(0xff00, 0, 0xff000000, 0xff0000);
        byte[] rgb10 = TestBmps.ints(0x3ff, 0, 0x3ff00000, 0xffc00);
        return Stream.of(
                Arguments.of("16 bits, 5-6-5", new Form(40, 2, 2, 16, 3, 0xf800, 0x7e0, 0x1f), NONE, rgb565),
                Arguments.of("16 bits, 4-4-4", new Form(40, 2, 2, 16, 3, 0xf00, 0xf0, 0xf), NONE, rgb444),
                Arguments.of(
                        "16 bits, masks in a header of 52",
                        new Form(52, 2, 2, 16, 3, 0xf800, 0x7e0, 0x1f),
                        NONE,
                        rgb565),
                Arguments.of(
                        "16 bits, masks in a header of 56",
                        new Form(56, 2, 2, 16, 3, 0xf800, 0x7e0, 0x1f, 0),
                        NONE,
                        rgb565),
                Arguments.of(
                        "16 bits, masks in version 4",
                        new Form(108, 2, 2, 16, 3, 0x7c00, 0x3e0, 0x1f, 0),
                        NONE,
                        rgb555),
                Arguments.of(
                        "32 bits, masks after the header",
                        new Form(40, 2, 2, 32, 3, 0xff000000, 0xff0000, 0xff00),
                        NONE,
                        rgbx),
                Arguments.of("32 bits, 10-10-10", new Form(40, 2, 2, 32, 3, 0x3ff00000, 0xffc00, 0x3ff), NONE, rgb10),
                Arguments.of(
                        "32 bits, alpha nowhere set",
                        new Form(124, 2, 2, 32, 3, 0xff0000, 0xff00, 0xff, 0xff000000),
                        NONE,
                        bgrx));
    }

    private static Stream<Arguments> paletteLayouts() {
        return Stream.of(
                Arguments.of("OS/2, 4 bits", new Form(12, 2, 2, 4, 0), COLOURS, TestBmps.ints(0x30, 0x12)),
                Arguments.of("4 bits", new Form(40, 2, 2, 4, 0), COLOURS, TestBmps.ints(0x30, 0x12)),
                Arguments.of("8 bits", new Form(40, 2, 2, 8, 0), COLOURS, TestBmps.ints(0x0003, 0x0201)),
                Arguments.of("8 bits from the top", new Form(40, 2, -2, 8, 0), COLOURS, TestBmps.ints(0x0201, 0x0003)),
                Arguments.of(
                        "8 bits in runs",
                        new Form(40, 2, 2, 8, 1),
                        COLOURS,
                        TestBmps.bytes(1, 3, 1, 0, 0, 0, 1, 1, 1, 2, 0, 0, 0, 1)),
                Arguments.of(
                        "8 bits in runs that reach into the padding",
                        new Form(40, 2, 2, 8, 1),
                        COLOURS,
                        TestBmps.bytes(1, 3, 3, 0, 0, 0, 0, 4, 1, 2, 3, 3, 0, 0, 0, 1)),
                Arguments.of(
                        "4 bits in runs",
                        new Form(40, 2, 2, 4, 2),
                        COLOURS,
                        TestBmps.bytes(2, 0x30, 0, 0, 2, 0x12, 0, 0, 0, 1)),
                Arguments.of(
                        "4 bits in literals of odd length",
                        new Form(40, 2, 2, 4, 2),
                        COLOURS,
                        TestBmps.bytes(0, 3, 0x30, 0x10, 0, 0, 0, 5, 0x12, 0x33, 0x30, 0, 0, 0, 0, 1)),
                Arguments.of(
                        "runs with a skip",
                        new Form(40, 2, 2, 8, 1),
                        COLOURS,
                        TestBmps.bytes(1, 3, 0, 2, 1, 0, 0, 0, 1, 1, 1, 2, 0, 1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layouts")
    void readsEachLayout(String name, Form form, Color[] palette, byte[] pixels) {
        Readings.assertPixels(TestBmps.file(form, palette, pixels), ROWS);
    }

    @Test
    void readsABitPerPixel() {
        byte[] file = TestBmps.file(
                new Form(40, 10, 1, 1, 0), new Color[] {Color.YELLOW, Color.BLUE}, TestBmps.bytes(0x80, 0x40, 0, 0));
        Color[] row = new Color[10];
        for (int x = 0; x < 10; x++) {
            row[x] = x == 0 || x == 9 ? Color.BLUE : Color.YELLOW;
        }

        Readings.assertPixels(file, new Color[][] {row});
    }

    @Test
    void compositesNamedAlphaOverWhite() {
        byte[] file = TestBmps.file(
                new Form(56, 2, 1, 32, 3, 0xff0000, 0xff00, 0xff, 0xff000000),
                NONE,
                TestBmps.ints(0x80c82850, 0xff0000ff));

        Readings.assertPixels(file, new Color[][] {{new Color(227, 147, 167), Color.BLUE}});
    }

    @Test
    void showsBlackForAnIndexBeyondTheTable() {
        byte[] file = TestBmps.file(new Form(40, 2, 1, 8, 0), COLOURS, TestBmps.ints(0xf201));

        Readings.assertPixels(file, new Color[][] {{Color.RED, Color.BLACK}});
    }

    @Test
    void findsPixelsAfterATableThatIsNamedAsTheirPlace() {
        byte[] file = TestBmps.file(new Form(40, 2, 2, 8, 0), COLOURS, TestBmps.ints(0x0003, 0x0201));
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(10, 54);

        Readings.assertPixels(file, ROWS);
    }

    @Test
    void refusesATableThatReachesIntoThePixels() {
        byte[] file = TestBmps.file(new Form(40, 2, 2, 8, 0), COLOURS, TestBmps.ints(0x0003, 0x0201));
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(46, 5);

        assertThat(Readings.refusal(file))
                .isEqualTo(Refusal.undecodable("5 colours", "4", "the pixels of the BMP file are in its colour table"));
    }

    static Stream<Form> strangeMasks() {
        return Stream.of(
                new Form(40, 1, 1, 32, 3, 0xff0000, 0xff00, 0xf0f), // a hole
                new Form(40, 1, 1, 32, 3, 0xff0000, 0x1ff00, 0xff), // shared with red
                new Form(56, 1, 1, 32, 3, 0xff0000, 0xff00, 0xff, 0xff)); // alpha is blue
    }

    @ParameterizedTest
    @MethodSource("strangeMasks")
    void refusesMasksWithHolesOrSharedBitsAsUnsupported(Form form) {
        Refusal refusal = Readings.refusal(TestBmps.file(form, NONE, new byte[4]));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(refusal.bound()).isEqualTo("masks of neighbouring bits, each bit in one");
    }

    @ParameterizedTest
    @ValueSource(ints = {41, 48, 66, 128})
    void refusesHeadersThatItDoesNotKnowAsUnsupported(int header) {
        Refusal refusal = Readings.refusal(TestBmps.file(new Form(header, 2, 2, 24, 0), NONE, new byte[16]));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(refusal.value()).isEqualTo("a header of %d bytes".formatted(header));
    }

    static Stream<Form> unsupportedForms() {
        return Stream.of(
                new Form(40, 2, 2, 2, 0),
                new Form(40, 2, 2, 4, 1),
                new Form(40, 2, 2, 24, 3),
                new Form(40, 2, 2, 0, 4), // JPEG
                new Form(40, 2, 2, 0, 5), // PNG
                new Form(64, 2, 2, 1, 3), // Huffman
                new Form(64, 2, 2, 24, 4)); // run lengths of 24 bits
    }

    @ParameterizedTest
    @MethodSource("unsupportedForms")
    void refusesOtherPixelsAsUnsupported(Form form) {
        Refusal refusal = Readings.refusal(TestBmps.file(form, NONE, new byte[16]));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(refusal.value()).isEqualTo("compression %d of %d bits".formatted(form.compression(), form.bits()));
    }

    @Test
    void refusesRunsThatEndBeforeTheLastRow() {
        byte[] file = TestBmps.file(new Form(40, 2, 2, 8, 1), COLOURS, TestBmps.bytes(2, 3, 0, 0, 1, 1));

        assertThat(Readings.refusal(file))
                .isEqualTo(Refusal.undecodable("row 1", "2 rows", "the run lengths of the BMP file end early"));
    }

    @Test
    void refusesMasksBeyondTheEndOfTheFile() {
        byte[] file = TestBmps.file(new Form(40, 1, 1, 32, 3), NONE, new byte[4]);

        assertThat(Readings.refusal(file).reason()).isEqualTo(RejectionReason.UNDECODABLE);
    }
}
