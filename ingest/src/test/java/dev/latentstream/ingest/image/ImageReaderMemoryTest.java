package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latentstream.models.image.OpenCv;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;

/** Compares the memory that headers announce with the memory that Linux counts while the files are decoded. */
class ImageReaderMemoryTest {
    /** The work on the small image, which settings bound, and what malloc keeps. */
    private static final long BESIDES = 8 << 20;

    private static final int COPIES_OF_THE_FILE = 4;

    private static final int REPETITIONS = 3;
    private static final Path RESET = Path.of("/proc/self/clear_refs");
    private static final Size LARGE = new Size(2000, 1400);
    private static final Size SMALL = new Size(300, 220);

    @Test
    void headersAnnounceAtLeastTheMemoryThatDecodingNeeds() throws Exception {
        assumeTrue(Files.isWritable(RESET), "no count of the peak of a process");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms512m", // touched at the start, so that only native memory is counted by Linux
                        "-Xmx512m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Measuring.class.getName())
                .redirectErrorStream(true);
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536"); // what is freed is given back at once
        Process measuring = builder.start();
        String output = new String(measuring.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(measuring.waitFor()).as(output).isZero();
        Map<String, String> wrong = new LinkedHashMap<>();
        output.lines().filter(line -> line.startsWith("memory ")).forEach(line -> {
            String[] words = line.split(" ", -1);
            long announced = Long.parseLong(words[2]);
            long measured = Long.parseLong(words[3]);
            long fileBytes = Long.parseLong(words[4]);
            if (measured > announced + BESIDES + COPIES_OF_THE_FILE * fileBytes || announced > 2 * measured) {
                wrong.put(words[1], line);
            }
        });
        assertThat(wrong).as(output).isEmpty();
    }

    /** Measures each format in a process of its own, whose memory nobody else uses. */
    static final class Measuring {
        private Measuring() {}

        public static void main(String... arguments) throws IOException {
            files(SMALL).values().forEach(Readings::read); // loads what stays loaded
            for (Map.Entry<String, byte[]> file : files(LARGE).entrySet()) {
                long announced = Headers.read(file.getValue()).decodedBytes();
                long measured = Long.MAX_VALUE;
                for (int i = 0; i < REPETITIONS; i++) { // the least: compilers of the JVM need memory too
                    measured = Math.min(measured, measure(file.getValue()));
                }
                System.out.printf("memory %s %d %d %d%n", file.getKey(), announced, measured, file.getValue().length);
            }
        }

        private static long measure(byte[] file) throws IOException {
            System.gc();
            Files.writeString(RESET, "5");
            long before = kilobytes("VmRSS:");
            long heapBefore = allocated();
            Readings.workingImage(file);
            long heap = allocated() - heapBefore;
            return heap + ((kilobytes("VmHWM:") - before) << 10);
        }

        private static long allocated() {
            return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                    .getCurrentThreadAllocatedBytes();
        }

        private static long kilobytes(String name) throws IOException {
            try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
                return lines.filter(line -> line.startsWith(name))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow();
            }
        }

        private static Map<String, byte[]> files(Size size) {
            Map<String, byte[]> files = new LinkedHashMap<>();
            files.put("jpeg", openCv(size, ".jpg", opencv_core.CV_8UC3));
            files.put("jpeg-grey", openCv(size, ".jpg", opencv_core.CV_8UC1));
            files.put(
                    "jpeg-progressive",
                    openCv(size, ".jpg", opencv_core.CV_8UC3, opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1));
            files.put(
                    "jpeg-inks",
                    TestImages.fourChannelJpeg(Raster.createInterleavedRaster(
                            DataBuffer.TYPE_BYTE, size.width(), size.height(), 4, null)));
            files.put("png", openCv(size, ".png", opencv_core.CV_8UC3));
            files.put("png-grey", openCv(size, ".png", opencv_core.CV_8UC1));
            files.put("png-alpha", openCv(size, ".png", opencv_core.CV_8UC4));
            files.put("png-16-bit", openCv(size, ".png", opencv_core.CV_16UC3));
            files.put("png-16-bit-alpha", openCv(size, ".png", opencv_core.CV_16UC4));
            files.put(
                    "webp-lossy",
                    openCv(size, ".webp", opencv_core.CV_8UC3, opencv_imgcodecs.IMWRITE_WEBP_QUALITY, 80));
            files.put("webp-lossless", openCv(size, ".webp", opencv_core.CV_8UC3));
            files.put("webp-lossless-alpha", openCv(size, ".webp", opencv_core.CV_8UC4));
            files.put(
                    "webp-alpha",
                    openCv(size, ".webp", opencv_core.CV_8UC4, opencv_imgcodecs.IMWRITE_WEBP_QUALITY, 80));
            files.put(
                    "gif",
                    TestImages.encode(
                            "gif", new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_BYTE_INDEXED)));
            int oneStrip = opencv_imgcodecs.IMWRITE_TIFF_ROWSPERSTRIP; // many would leave garbage, which is counted too
            files.put("tiff", openCv(size, ".tif", opencv_core.CV_8UC3, oneStrip, size.height()));
            files.put("tiff-16-bit", openCv(size, ".tif", opencv_core.CV_16UC3, oneStrip, size.height()));
            return files;
        }

        private static byte[] openCv(Size size, String format, int type, int... settings) {
            OpenCv.load(1);
            try (Mat pixels = new Mat(size.height(), size.width(), type);
                    BytePointer encoded = new BytePointer();
                    IntPointer parameters = settings.length == 0 ? new IntPointer() : new IntPointer(settings)) {
                // noise of few levels: compressible, but in more colours than a palette has
                opencv_core.randu(
                        pixels.reshape(1),
                        new Mat(1, 1, opencv_core.CV_64F, Scalar.all(0)),
                        new Mat(1, 1, opencv_core.CV_64F, Scalar.all(8)));
                opencv_imgcodecs.imencode(format, pixels, encoded, parameters);
                byte[] bytes = new byte[(int) encoded.limit()];
                encoded.get(bytes);
                return bytes;
            }
        }
    }
}
