package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.Decoded.WorkingImage;
import dev.latentstream.ingest.image.OutputSettings.Crop;
import java.awt.Color;
import java.awt.image.BufferedImage;

/** Reads images as the stage does and asserts the kind of outcome. */
public final class Readings {
    private static final ImageReader READER = ImageReader.open(new ImageBounds(), new OutputSettings(), 1);

    /** Reads without resizing and loss, for tests that compare pixels. */
    private static final ImageReader LOSSLESS =
            ImageReader.open(new ImageBounds(), new OutputSettings(512, Crop.NONE, 95, 1 << 24), 1);

    private Readings() {}

    static Decoded read(byte[] bytes) {
        return READER.read(bytes);
    }

    public static WorkingImage workingImage(byte[] bytes) {
        return asWorkingImage(READER.read(bytes));
    }

    static WorkingImage losslessImage(byte[] bytes) {
        return asWorkingImage(LOSSLESS.read(bytes));
    }

    /** Compares every pixel at full size. */
    static void assertPixels(byte[] file, Color[][] rows) {
        BufferedImage read = TestImages.decode(losslessImage(file).image());
        assertThat(new Size(read.getWidth(), read.getHeight())).isEqualTo(new Size(rows[0].length, rows.length));
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < rows[y].length; x++) {
                assertThat(TestImages.colour(read, x, y)).as("%d,%d", x, y).isEqualTo(rows[y][x]);
            }
        }
    }

    static WorkingImage asWorkingImage(Decoded decoded) {
        assertThat(decoded).isInstanceOf(WorkingImage.class);
        return (WorkingImage) decoded;
    }

    static Refusal refusal(byte[] bytes) {
        return asRefusal(READER.read(bytes));
    }

    static Refusal asRefusal(Decoded decoded) {
        assertThat(decoded).isInstanceOf(Refused.class);
        return ((Refused) decoded).refusal();
    }
}
