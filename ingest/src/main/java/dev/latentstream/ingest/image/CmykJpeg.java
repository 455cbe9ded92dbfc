package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.Samples;
import java.awt.Rectangle;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decodes four-component JPEG files to CMYK, 255 for full ink, with the JDK's decoder: OpenCV's converts them to RGB by a fixed
 * formula and ignores the ICC profile.
 */
final class CmykJpeg {
    /** The JDK decodes into the heap; larger images are read in bands, each by decoding from the start of the file. */
    private static final int MAX_BAND_PIXELS = 16_000_000;

    private CmykJpeg() {}

    static Mat decode(byte[] bytes, Header header) {
        byte[] essential = JpegFile.essential(bytes); // without the profile, which the JDK would check and apply
        Size size = header.size();
        int bandRows = Math.max(1, MAX_BAND_PIXELS / size.width());
        Mat pixels = new Mat(size.height(), size.width(), opencv_core.CV_8UC4);
        for (int top = 0; top < size.height(); top += bandRows) {
            int rows = Math.min(bandRows, size.height() - top);
            byte[] band = readBand(essential, new Rectangle(0, top, size.width(), rows));
            toCmyk(band, header.pixels().samples());
            pixels.ptr(top).put(band, 0, band.length);
        }
        return pixels;
    }

    private static byte[] readBand(byte[] bytes, Rectangle region) {
        ImageReader reader = JpegWarnings.reader();
        reader.addIIOReadWarningListener((source, warning) -> {
            throw BadImageException.damaged("a warning", "none", "the JPEG data is damaged: " + warning);
        });
        try (MemoryCacheImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(input, /* seekForwardOnly */ true, /* ignoreMetadata */ true);
            ImageReadParam param = reader.getDefaultReadParam();
            param.setSourceRegion(region);
            Raster raster = reader.readRaster(0, param);
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
