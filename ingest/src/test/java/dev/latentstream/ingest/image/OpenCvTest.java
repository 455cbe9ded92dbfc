package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.Refused;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenCvTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void damagedAndOddFilesPrintNoLinesOfNativeLibraries() throws IOException, InterruptedException {
        Path printed = folder.resolve("stderr");

        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED"); // no warning of the JVM, as in the launcher
        }
        command.add("-Dslf4j.internal.verbosity=ERROR"); // no line about the missing logger
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), DamagedFiles.class.getName()));
        Process child = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(printed.toFile()) // file descriptor 2, to which natives write
                .start();

        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as(Files.readString(printed)).isZero();
        assertThat(Files.readAllLines(printed)).isEmpty();
    }

    /** Reads one damaged file of each format that OpenCV starts to decode, and sound ones with unusual values. */
    static final class DamagedFiles {
        private DamagedFiles() {}

        public static void main(String[] args) {
            BufferedImage drawing = TestImages.drawing(200, 120);
            byte[] jpeg = half(TestImages.jpeg(drawing));
            jpeg[jpeg.length - 2] = (byte) 0xff;
            jpeg[jpeg.length - 1] = (byte) 0xd9;
            for (byte[] damaged : List.of(
                    half(TestImages.encode("tiff", drawing)),
                    half(TestImages.encode("bmp", drawing)),
                    TestFiles.png(100, 100, new byte[101 * 50]),
                    TestFiles.png(100, 100, new byte[0]),
                    half(TestImages.encode("gif", drawing)),
                    jpeg)) {
                if (!(Readings.read(damaged) instanceof Refused)) {
                    throw new AssertionError("a damaged file was read");
                }
            }
            for (byte[] odd : List.of(
                    edited(TestImages.jpeg(drawing), "JFIF\0", 5, 0x21),
                    edited(TestImages.jpeg(drawing), "\u00ff\u00da", 11, 1),
                    edited(TestImages.jpeg(drawing), "\u00ff\u00da", 12, 5),
                    edited(TestImages.jpeg(drawing), "\u00ff\u00da", 13, 0x10))) {
                if (Readings.read(odd) instanceof Refused refused) {
                    throw new AssertionError(refused.refusal().detail());
                }
            }
            ImageReaderPngTest.all().forEach(Readings::read);
        }

        /** Returns a file with another value at an offset from a text. */
        private static byte[] edited(byte[] file, String text, int offset, int value) {
            byte[] copy = file.clone();
            int start = new String(file, StandardCharsets.ISO_8859_1).indexOf(text);
            copy[start + offset] = (byte) value;
            return copy;
        }

        private static byte[] half(byte[] file) {
            return Arrays.copyOf(file, file.length / 2);
        }
    }
}
