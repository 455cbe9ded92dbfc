package dev.latentstream.ingest;

import dev.latentstream.ingest.Header.Samples;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first directory of a TIFF file. Read are grey, palette, RGB and YCbCr with 1 to 16 bits a sample; of several pages
 * the first. The decoder turns the image upright and multiplies the colours of 8-bit images by their alpha.
 */
final class TiffFile {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS_PER_SAMPLE = 258;
    private static final int PHOTOMETRIC = 262;
    private static final int SAMPLES_PER_PIXEL = 277;
    private static final int EXTRA_SAMPLES = 338;
    private static final long ASSOCIATED_ALPHA = 1;

    /** White-is-zero, black-is-zero, RGB, palette, YCbCr. */
    private static final Set<Long> COLOURS = Set.of(0L, 1L, 2L, 3L, 6L);

    private TiffFile() {}

    static Header read(byte[] bytes) {
        TiffTags tags = TiffTags.read(bytes);
        Size stored = Headers.size(tags.number(WIDTH, 0), tags.number(HEIGHT, 0));
        long bits = tags.number(BITS_PER_SAMPLE, 1);
        boolean deep = bits > 8;
        boolean premultiplied = !deep || tags.number(EXTRA_SAMPLES, 0) == ASSOCIATED_ALPHA;
        return new Header(
                Container.TIFF,
                tags.orientation().swapsSides() ? stored.transposed() : stored,
                1,
                4 * (deep ? 2 : 1),
                premultiplied ? Samples.PREMULTIPLIED : Samples.STRAIGHT,
                /* lossless */ true,
                Orientation.UPRIGHT,
                tags.profile(),
                damage(tags, bits));
    }

    private static @Nullable Refusal damage(TiffTags tags, long bits) {
        long photometric = tags.number(PHOTOMETRIC, -1);
        long samples = tags.number(SAMPLES_PER_PIXEL, 1);
        if (tags.repeated()) {
            return Refusal.undecodable("a repeated tag", "each tag once", "the TIFF directory contradicts itself");
        }
        if (!COLOURS.contains(photometric) || (photometric == 0 && bits > 8)) {
            return Refusal.undecodable(
                    "photometric interpretation %d".formatted(photometric),
                    "grey, palette, RGB or YCbCr",
                    "the colours of the TIFF file are of a kind that is not read");
        }
        if (bits > 16 || samples > 4) {
            return Refusal.undecodable(
                    "%d samples of %d bits".formatted(samples, bits),
                    "4 of 16",
                    "the TIFF file has too many bits a pixel");
        }
        return null;
    }
}
