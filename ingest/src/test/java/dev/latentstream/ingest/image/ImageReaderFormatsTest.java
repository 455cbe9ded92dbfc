package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.models.image.OpenCv;
import dev.latentstream.schemas.ImageFormat;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderFormatsTest {
    private static final BufferedImage DRAWING = TestImages.drawing(200, 120);

    static Stream<Arguments> filesAndTheirLoss() {
        return Stream.of(
                Arguments.of("baseline JPEG", TestImages.jpeg(DRAWING), 30.0),
                Arguments.of("progressive JPEG", TestImages.progressiveJpeg(DRAWING), 30.0),
                Arguments.of("PNG", TestImages.png(DRAWING), 90.0),
                Arguments.of("16-bit PNG", TestImages.png(TestImages.deep(DRAWING)), 90.0),
                Arguments.of("BMP", TestImages.encode("bmp", DRAWING), 90.0),
                Arguments.of("TIFF", TestImages.encode("tiff", DRAWING), 90.0),
                Arguments.of("16-bit TIFF", TestImages.encode("tiff", TestImages.deep(DRAWING)), 90.0),
                Arguments.of("GIF", TestImages.encode("gif", DRAWING), 28.0),
                Arguments.of("lossy WebP", webp(DRAWING, 95), 30.0),
                Arguments.of("lossless WebP", webp(DRAWING, 101), 90.0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("filesAndTheirLoss")
    void readsWhatWasDrawn(String name, byte[] file, double leastDecibels) {
        WorkingImage working = Readings.losslessImage(file);

        assertThat(working.size()).isEqualTo(new Size(200, 120)).isEqualTo(working.original());
        assertThat(TestImages.psnr(DRAWING, TestImages.decode(working.image()))).isGreaterThan(leastDecibels);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_BYTE_INDEXED,
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_USHORT_GRAY,
                BufferedImage.TYPE_BYTE_BINARY
            })
    void readsPaletteAndGreyAsTheJdkDoes(int type) {
        BufferedImage image = TestImages.drawing(200, 120, type);
        byte[] file = TestImages.png(image);

        BufferedImage read = TestImages.decode(Readings.losslessImage(file).image());

        for (int x = 0; x < 200; x += 7) {
            int[] samples = image.getRaster().getPixel(x, 60, new int[4]);
            Color expected =
                    switch (type) {
                        case BufferedImage.TYPE_BYTE_GRAY -> new Color(samples[0], samples[0], samples[0]);
                        case BufferedImage.TYPE_USHORT_GRAY -> {
                            int level = Math.round(samples[0] / 257f);
                            yield new Color(level, level, level);
                        }
                        default -> TestImages.colour(image, x, 60);
                    };
            assertThat(TestImages.colour(read, x, 60)).isEqualTo(expected);
        }
    }

    @Test
    void keepsSmallLosslessOriginalsLosslessAndWritesJpegOtherwise() {
        assertThat(Readings.workingImage(TestImages.png(DRAWING)).format()).isEqualTo(ImageFormat.PNG);
        assertThat(Readings.workingImage(webp(DRAWING, 101)).format()).isEqualTo(ImageFormat.PNG);
        assertThat(Readings.workingImage(TestImages.jpeg(DRAWING)).format()).isEqualTo(ImageFormat.JPEG);
        assertThat(Readings.workingImage(TestImages.png(TestImages.drawing(300, 300)))
                        .format())
                .isEqualTo(ImageFormat.JPEG);
    }

    @Test
    void writesJpegWithFullColourResolution() {
        byte[] jpeg =
                new byte[Readings.workingImage(TestImages.jpeg(DRAWING)).image().remaining()];
        Readings.workingImage(TestImages.jpeg(DRAWING)).image().duplicate().get(jpeg);

        int frame = 2;
        while ((jpeg[frame + 1] & 0xff) != 0xc0) { // to the baseline frame header
            frame += 2 + (jpeg[frame + 2] & 0xff) * 256 + (jpeg[frame + 3] & 0xff);
        }

        assertThat(new byte[] {jpeg[frame + 11], jpeg[frame + 14], jpeg[frame + 17]}) // sampling of Y, Cb, Cr
                .containsExactly(0x11, 0x11, 0x11);
    }

    /** Uses OpenCV's encoder, the only one available. Qualities above 100 are lossless. */
    static byte[] webp(BufferedImage image, int quality) {
        OpenCv.load(1);
        byte[] samples = new byte[image.getWidth() * image.getHeight() * 3];
        for (int i = 0; i < samples.length; i++) {
            int pixel = i / 3;
            Color colour = TestImages.colour(image, pixel % image.getWidth(), pixel / image.getWidth());
            samples[i] = (byte) (i % 3 == 0 ? colour.getBlue() : i % 3 == 1 ? colour.getGreen() : colour.getRed());
        }
        BytePointer encoded = new BytePointer();
        opencv_imgcodecs.imencode(
                ".webp",
                Pixels.fromArray(samples, new Size(image.getWidth(), image.getHeight()), 3),
                encoded,
                new IntPointer(opencv_imgcodecs.IMWRITE_WEBP_QUALITY, quality));
        byte[] file = new byte[(int) encoded.limit()];
        encoded.get(file);
        return file;
    }
}
