package dev.latentstream.ingest.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Decoded.Picture;
import dev.latentstream.ingest.image.Decoded.Refused;
import dev.latentstream.ingest.image.OutputSettings.Crop;

/** Reads images as the stage does, and says what is expected to come out. */
public final class Readings {
    private static final ImageReader READER = ImageReader.open(new ImageBounds(), new OutputSettings(), 1);

    /** Keeps every pixel as it is, for tests that compare pixels. */
    private static final ImageReader LOSSLESS =
            ImageReader.open(new ImageBounds(), new OutputSettings(512, Crop.NONE, 95, 1 << 24), 1);

    private Readings() {}

    static Decoded read(byte[] bytes) {
        return READER.read(bytes);
    }

    public static Picture picture(byte[] bytes) {
        return asPicture(READER.read(bytes));
    }

    static Picture losslessPicture(byte[] bytes) {
        return asPicture(LOSSLESS.read(bytes));
    }

    static Picture asPicture(Decoded decoded) {
        assertThat(decoded).isInstanceOf(Picture.class);
        return (Picture) decoded;
    }

    static Refusal refusal(byte[] bytes) {
        return asRefusal(READER.read(bytes));
    }

    static Refusal asRefusal(Decoded decoded) {
        assertThat(decoded).isInstanceOf(Refused.class);
        return ((Refused) decoded).refusal();
    }
}
