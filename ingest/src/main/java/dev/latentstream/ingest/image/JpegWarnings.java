package dev.latentstream.ingest.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.IIOException;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The warnings of the JDK's JPEG decoder about a file; OpenCV's only prints them and continues. */
final class JpegWarnings {
    /** One pixel in so many, per side, is kept, so that the check needs little memory. */
    private static final int SUBSAMPLING = 16;

    private JpegWarnings() {}

    static Optional<String> first(byte[] bytes) {
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
        return warnings.stream().findFirst();
    }

    /** Returns the JDK's JPEG reader. */
    static ImageReader reader() {
        return javax.imageio.ImageIO.getImageReadersByFormatName("jpeg").next();
    }
}
