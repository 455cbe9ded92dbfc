package dev.latentstream.ingest.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decodes TIFF files with fax compression (CCITT, groups 3 and 4) with the JDK's decoder, which reports damage. */
final class TiffFax {
    /** Remarks on sound data: many writers leave out the first end-of-line code, or the tag for white as zero. */
    private static final Pattern HARMLESS = Pattern.compile(
            "T\\.4 compressed data should begin with EOL.*|PhotometricInterpretation field is missing.*");

    private TiffFax() {}

    static Mat decode(byte[] file, Header header) {
        BufferedImage image = read(file);
        if (image.getWidth() != header.size().width()
                || image.getHeight() != header.size().height()) {
            throw BadImageException.damaged(
                    "%dx%d".formatted(image.getWidth(), image.getHeight()),
                    header.size().toString(),
                    "the fax data of the TIFF file has another size");
        }
        Mat pixels = Pixels.blank(header.size(), 1);
        int[] line = new int[image.getWidth()];
        byte[] row = new byte[line.length];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, line.length, 1, line, 0, line.length);
            for (int x = 0; x < line.length; x++) {
                row[x] = (byte) line[x]; // black or white
            }
            pixels.ptr(y).put(row, 0, row.length);
        }
        return pixels;
    }

    private static BufferedImage read(byte[] file) {
        ImageReader reader = ImageIO.getImageReadersByFormatName("tiff").next();
        reader.addIIOReadWarningListener((source, warning) -> {
            if (!HARMLESS.matcher(warning).matches()) {
                throw BadImageException.damaged("a warning", "none", "the fax data is damaged: " + warning);
            }
        });
        try (MemoryCacheImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(input, /* seekForwardOnly */ false, /* ignoreMetadata */ true);
            return reader.read(0);
        } catch (IOException | RuntimeException refused) {
            throw refused instanceof BadImageException known
                    ? known
                    : BadImageException.damaged(
                            "an error", "an image", "the fax data cannot be decoded: " + refused.getMessage());
        } finally {
            reader.dispose();
        }
    }
}
