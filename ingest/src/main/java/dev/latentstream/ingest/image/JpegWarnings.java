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

/** What the JDK's JPEG decoder has to say about the data of a file: OpenCV's prints it and goes on. */
final class JpegWarnings {
    /** One pixel of so many is kept, so that the check takes no memory to speak of. */
    private static final int SUBSAMPLING = 16;

    private JpegWarnings() {}

    static Optional<String> first(byte[] bytes) {
        List<String> warnings = new ArrayList<>();
        ImageReader reader = reader();
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        try (MemoryCacheImageInputStream input =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(JpegFile.essential(bytes)))) {
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

    /** The JDK's own. */
    static ImageReader reader() {
        return javax.imageio.ImageIO.getImageReadersByFormatName("jpeg").next();
    }
}
