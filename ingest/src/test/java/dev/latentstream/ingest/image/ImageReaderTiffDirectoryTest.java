package dev.latentstream.ingest.image;

import static dev.latentstream.ingest.image.ImageReaderTiffTest.assertPixels;
import static dev.latentstream.ingest.image.ImageReaderTiffTest.palette;
import static dev.latentstream.ingest.image.ImageReaderTiffTest.samples;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.TestTiffLayouts.Layout;
import dev.latentstream.schemas.RejectionReason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories as writers and fuzzers leave them. */
class ImageReaderTiffDirectoryTest {
    private static final int GREY = 1;
    private static final int RGB = 2;

    private static final Layout PLAIN = new Layout(RGB, 3, 8, false, false, ByteOrder.LITTLE_ENDIAN);

    @Test
    void refusesExtraSamplesOfNoKindOfTheStandardAsUnsupported() {
        Layout layout = new Layout(GREY, 2, 8, false, false, ByteOrder.LITTLE_ENDIAN);

        Refusal refusal = Readings.refusal(TestTiffLayouts.file(layout, samples(layout), Map.of(338, new int[] {999})));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
    }

    /** With one row per strip in the file, and all rows by its tags, the second strip is no plane. */
    @Test
    void refusesMoreStripsThanTheRowsMake() {
        Layout layout = new Layout(RGB, 3, 8, true, false, ByteOrder.LITTLE_ENDIAN);

        Refusal refusal = Readings.refusal(
                TestTiffLayouts.file(layout, samples(layout), Map.of(278, new int[] {TestTiffLayouts.HEIGHT})));

        assertThat(refusal)
                .isEqualTo(Refusal.undecodable(
                        "9 strips or tiles", "3", "the TIFF file has too many strips or tiles for its size"));
    }

    @Test
    void ignoresStripsAfterTheLastRow() {
        byte[] file = TestTiffLayouts.file(PLAIN, samples(PLAIN), Map.of(278, new int[] {TestTiffLayouts.HEIGHT}));

        assertPixels(file, PLAIN, 0); // the three strips of the file are contiguous
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "270, 2", "305, 2"})
    void ignoresEntriesOfZerosAndRepeatedTexts(int tag, int type) {
        byte[] file = TestTiffLayouts.file(PLAIN, samples(PLAIN), Map.of(1, new int[] {0}, 2, new int[] {0}));
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int entry : new int[] {TestTiffs.entry(file, 1), TestTiffs.entry(file, 2)}) {
            bytes.putShort(entry, (short) tag).putShort(entry + 2, (short) type);
        }

        assertPixels(file, PLAIN, 0);
    }

    @ParameterizedTest
    @MethodSource("dev.latentstream.ingest.image.ImageReaderTiffTest#layouts")
    void readsEachLayoutInBigTiff(Layout layout) {
        assertPixels(TestTiffs.big(TestTiffLayouts.file(layout, samples(layout), palette(layout))), layout, 0);
    }

    @Test
    void refusesBigTiffWithOtherOffsets() {
        byte[] file = TestTiffs.big(TestTiffLayouts.file(PLAIN, samples(PLAIN), Map.of()));
        file[4] = 16;

        assertThat(Readings.refusal(file))
                .isEqualTo(
                        Refusal.undecodable("another size of offsets", "8 bytes", "the TIFF directory cannot be read"));
    }

    /** Numbers of signed types are negative in no sound file: as sizes they would end the process. */
    @ParameterizedTest
    @ValueSource(ints = {256, 257, 258, 273, 277, 278, 279})
    void takesNegativeNumbersForTooLargeOnes(int tag) {
        byte[] file = TestTiffs.grey(8, Map.of(278, 8));
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(TestTiffs.entry(file, tag) + 2, (short) 9)
                .putInt(TestTiffs.entry(file, tag) + 8, -8);

        Decoded decoded = Readings.read(file);

        if (tag == 278 || tag == 279) { // all rows, and all bytes to the end
            assertThat(decoded).isInstanceOf(Decoded.WorkingImage.class);
        } else {
            assertThat(decoded).isInstanceOf(Decoded.Refused.class);
        }
    }

    /** A strip of no bytes once ended the process: an exception that nothing took for damage. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void refusesJpegStripsOfAFewBytes(int bytes) {
        byte[] file = TestTiffLayouts.file(
                PLAIN,
                samples(PLAIN),
                Map.of(259, new int[] {7}),
                strip -> Arrays.copyOf(new byte[] {-1, -40, -1}, bytes));

        assertThat(Readings.refusal(file).reason()).isEqualTo(RejectionReason.UNDECODABLE);
    }
}
