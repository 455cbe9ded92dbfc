package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.Samples;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decodes four-component JPEG files to CMYK, 255 for full ink, with the JDK's decoder: OpenCV's converts them to RGB by a fixed
 * formula and ignores the ICC profile.
 */
final class CmykJpeg {
    private CmykJpeg() {}

    static Mat decode(byte[] bytes, Header header) {
        byte[] inks = read(JpegFile.essential(bytes)); // without the profile, which the JDK would check and apply
        toCmyk(inks, header.pixels().samples());
        return Pixels.fromArray(inks, header.size(), 4);
    }

    private static byte[] read(byte[] bytes) {
        ImageReader reader = JpegWarnings.reader();
        reader.addIIOReadWarningListener((source, warning) -> {
            throw BadImageException.damaged("a warning", "none", "the JPEG data is damaged: " + warning);
        });
        try (MemoryCacheImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(input, /* seekForwardOnly */ true, /* ignoreMetadata */ true);
            Raster raster = reader.readRaster(0, reader.getDefaultReadParam());
            return ((DataBufferByte) raster.getDataBuffer()).getData();
        } catch (IOException | RuntimeException refused) {
            throw refused instanceof BadImageException known
                    ? known
                    : BadImageException.damaged(
                            "an error", "an image", "the JPEG data cannot be decoded: " + refused.getMessage());
        } finally {
            reader.dispose();
        }
    }

    private static void toCmyk(byte[] pixels, Samples samples) {
        if (samples == Samples.INVERTED_YCCK) {
            for (int i = 0; i < pixels.length; i += 4) {
                yccToInvertedCmy(pixels, i);
            }
        }
        if (samples != Samples.CMYK) {
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (byte) ~pixels[i]; // 255 - value
            }
        }
    }

    /** JFIF's YCbCr conversion gives RGB, whose complement is CMY. */
    private static void yccToInvertedCmy(byte[] pixels, int i) {
        int y = pixels[i] & 0xff;
        int cb = (pixels[i + 1] & 0xff) - 128;
        int cr = (pixels[i + 2] & 0xff) - 128;
        pixels[i] = complement(y + 1.402 * cr);
        pixels[i + 1] = complement(y - 0.344136 * cb - 0.714136 * cr);
        pixels[i + 2] = complement(y + 1.772 * cb);
    }

    private static byte complement(double value) {
        return (byte) (255 - Math.max(0, Math.min(255, (int) Math.round(value))));
    }
}
