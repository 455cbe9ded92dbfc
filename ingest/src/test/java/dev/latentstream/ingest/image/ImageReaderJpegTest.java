package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.schemas.RejectionReason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderJpegTest {
    private static final BufferedImage BUSY = busy(640, 480);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAHoleInsideAFileThatEndsProperly(boolean progressive) {
        byte[] file = progressive ? TestImages.progressiveJpeg(BUSY) : TestImages.jpeg(BUSY);
        assertThat(Readings.read(file)).isInstanceOf(WorkingImage.class);
        for (int i = 0; i < 31; i++) {
            byte[] damaged = file.clone();
            int hole = 2000 + (file.length - 8000) * i / 31;
            Arrays.fill(damaged, hole, hole + 4096, (byte) 0);

            assertThat(Readings.refusal(damaged).detail())
                    .as("a hole at %d of %d", hole, file.length)
                    .startsWith("the JPEG");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 50, 80, 95})
    void refusesAProgressiveFileThatIsCutAndEnded(int percent) {
        byte[] file = TestImages.progressiveJpeg(BUSY);
        byte[] cut = Arrays.copyOf(file, file.length * percent / 100);
        ByteBuffer.wrap(cut).putShort(cut.length - 2, (short) 0xffd9);

        assertThat(Readings.refusal(cut).reason()).isEqualTo(RejectionReason.UNDECODABLE);
    }

    /** The JDK's decoder does not warn of such files, and Pillow shows them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAFileThatIsCutExactlyBetweenTwoScans(boolean progressive) {
        byte[] file = progressive ? TestImages.progressiveJpeg(BUSY) : scanByScan();
        List<Integer> scans = scans(file);
        assertThat(Readings.read(file)).isInstanceOf(WorkingImage.class);
        assertThat(scans).hasSizeGreaterThan(2);
        for (int i = 1; i < scans.size(); i++) {
            byte[] cut = Arrays.copyOf(file, scans.get(i) + 2);
            cut[cut.length - 1] = (byte) 0xd9;

            assertThat(JdkJpeg.firstWarning(cut)).isEmpty();
            assertThat(Readings.refusal(cut).detail())
                    .as("%d of %d scans", i, scans.size())
                    .isEqualTo("the JPEG file ends before its last scans");
        }
    }

    /** Returns a sequential file of three components, each the same grey, with a scan for each. */
    private static byte[] scanByScan() {
        BufferedImage grey = new BufferedImage(BUSY.getWidth(), BUSY.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
        grey.createGraphics().drawImage(BUSY, 0, 0, null);
        byte[] file = TestImages.jpeg(grey);
        int frame = frame(file);
        int scan = scans(file).get(0);
        while ((file[scan + 1] & 0xff) != 0xda) {
            scan += 2 + (ByteBuffer.wrap(file).getShort(scan + 2) & 0xffff);
        }
        byte[] codes = Arrays.copyOfRange(file, scan + 10, file.length - 2);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(file, 0, frame + 3);
        all.write(17); // length of the frame header
        all.write(file, frame + 4, 5); // bits and size
        all.writeBytes(new byte[] {3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0});
        all.write(file, frame + 13, scan - frame - 13);
        for (byte component = 1; component <= 3; component++) {
            all.writeBytes(new byte[] {(byte) 0xff, (byte) 0xda, 0, 8, 1, component, 0, 0, 63, 0});
            all.writeBytes(codes);
        }
        all.writeBytes(new byte[] {(byte) 0xff, (byte) 0xd9});
        return all.toByteArray();
    }

    /** Returns the place of the first segment of each scan, which may be a table. */
    private static List<Integer> scans(byte[] jpeg) {
        List<Integer> starts = new ArrayList<>();
        int at = 2;
        int start = 0; // of the segments between the scan before and the next
        while ((jpeg[at + 1] & 0xff) != 0xd9) {
            start = start == 0 ? at : start;
            boolean scan = (jpeg[at + 1] & 0xff) == 0xda;
            at += 2 + (ByteBuffer.wrap(jpeg).getShort(at + 2) & 0xffff);
            if (scan) {
                starts.add(start);
                start = 0;
                while (jpeg[at] != (byte) 0xff || jpeg[at + 1] == 0 || (jpeg[at + 1] & 0xf8) == 0xd0) {
                    at++;
                }
            }
        }
        return starts;
    }

    @Test
    void readsAFileWithBytesBetweenItsSegments() {
        byte[] file = TestImages.jpeg(BUSY);
        int second = 4 + (ByteBuffer.wrap(file).getShort(4) & 0xffff);
        byte[] padded = TestFiles.join(
                Arrays.copyOf(file, second),
                new byte[] {0, 1, 2, 3, 4, (byte) 0xff},
                Arrays.copyOfRange(file, second, file.length));

        assertThat(Readings.workingImage(padded).pixelHash())
                .isEqualTo(Readings.workingImage(file).pixelHash());
    }

    @Test
    void readsThreeComponentsWhoseAdobeMarkerIsThatOfFour() {
        assertThat(Readings.read(TestFiles.jpegWithAdobe(TestImages.jpeg(BUSY), 2)))
                .isInstanceOf(WorkingImage.class);
    }

    @ParameterizedTest
    @CsvSource({"c3, 'process c3'", "c9, 'process c9'", "ca, 'process ca'", "c5, 'process c5'"})
    void refusesOtherProcessesAsUnsupported(String marker, String value) {
        byte[] file = TestImages.jpeg(BUSY);
        file[frame(file) + 1] = (byte) Integer.parseInt(marker, 16);

        assertUnsupported(file, value);
    }

    @Test
    void refusesTwelveBitsAsUnsupported() {
        byte[] file = TestImages.jpeg(BUSY);
        file[frame(file) + 4] = 12;

        assertUnsupported(file, "12 bits per sample");
    }

    @Test
    void refusesTwoComponentsAsUnsupported() {
        byte[] file = TestImages.jpeg(BUSY);
        file[frame(file) + 9] = 2;

        assertUnsupported(file, "2 components");
    }

    private static void assertUnsupported(byte[] file, String value) {
        Refusal refusal = Readings.refusal(file);

        assertThat(refusal.reason()).isEqualTo(RejectionReason.UNSUPPORTED);
        assertThat(refusal.value()).isEqualTo(value);
    }

    /** Returns the offset of the baseline frame header. */
    private static int frame(byte[] jpeg) {
        int position = 2;
        while ((jpeg[position + 1] & 0xff) != 0xc0) {
            position += 2 + (ByteBuffer.wrap(jpeg).getShort(position + 2) & 0xffff);
        }
        return position;
    }

    /** Returns a drawing with grain, which has as much to encode as a photograph. */
    private static BufferedImage busy(int width, int height) {
        BufferedImage image = TestImages.drawing(width, height);
        Random random = new Random(3);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, image.getRGB(x, y) ^ random.nextInt(64));
            }
        }
        return image;
    }
}
