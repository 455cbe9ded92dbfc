package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.Samples;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The JDK's JPEG decoder, for what OpenCV's does not do: it reports damage, decodes the components of TIFF's strips, and leaves four
 * components as they are, which OpenCV's converts to RGB by a fixed formula without the ICC profile.
 */
final class JdkJpeg {
    /** One pixel in so many, per side, is kept, so that the check for damage needs little memory. */
    private static final int SUBSAMPLING = 16;

    /** A remark on sound data: decoders assume luma and chroma. */
    private static final String UNKNOWN_TRANSFORM = "Unknown Adobe color transform code";

    private JdkJpeg() {}

    /** Decodes a file coarsely and returns the first thing that the decoder finds wrong. */
    static Optional<String> firstWarning(byte[] bytes) {
        List<String> warnings = new ArrayList<>();
        ImageReader reader = reader();
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        try (MemoryCacheImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(input, /* seekForwardOnly */ true, /* ignoreMetadata */ true);
            ImageReadParam coarse = reader.getDefaultReadParam();
            coarse.setSourceSubsampling(SUBSAMPLING, SUBSAMPLING, 0, 0);
            reader.readRaster(0, coarse);
        } catch (IIOException refused) {
            warnings.add("" + refused.getMessage());
        } catch (IOException impossible) {
            throw new IllegalStateException("reading from memory failed", impossible);
        } finally {
            reader.dispose();
        }
        return warnings.stream()
                .filter(warning -> !warning.startsWith(UNKNOWN_TRANSFORM))
                .findFirst();
    }

    /** Decodes four components to CMYK, 255 for full ink. */
    static Mat decodeInks(byte[] bytes, Header header) {
        byte[] inks = components(JpegFile.essential(bytes)); // without the profile, which the JDK would check and apply
        toCmyk(inks, header.pixels().samples());
        return Pixels.fromArray(inks, header.size(), 4);
    }

    /** Returns the interleaved components row by row, without any conversion of colours. */
    static byte[] components(byte[] bytes) {
        ImageReader reader = reader();
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

    private static ImageReader reader() {
        return ImageIO.getImageReadersByFormatName("jpeg").next();
    }

    private static void toCmyk(byte[] pixels, Samples samples) {
        for (int i = 0; i < pixels.length; i++) {
            boolean colour = i % 4 < 3;
            if (samples != Samples.INVERTED_YCCK || !colour) {
                pixels[i] = (byte) ~pixels[i]; // 255 - value
            } else if (i % 4 == 0) {
                yccToRgb(pixels, i); // the complement of RGB is inverted CMY
            }
        }
    }

    /** Converts one pixel in place, by JFIF's formula. */
    static void yccToRgb(byte[] pixels, int i) {
        int y = pixels[i] & 0xff;
        int cb = (pixels[i + 1] & 0xff) - 128;
        int cr = (pixels[i + 2] & 0xff) - 128;
        pixels[i] = level(y + 1.402 * cr);
        pixels[i + 1] = level(y - 0.344136 * cb - 0.714136 * cr);
        pixels[i + 2] = level(y + 1.772 * cb);
    }

    private static byte level(double value) {
        return (byte) Math.max(0, Math.min(255, (int) Math.round(value)));
    }
}
