package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.PixelLayout;
import dev.latentstream.ingest.image.Header.Samples;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first directory of a TIFF file. Supported are grey, palette, RGB and YCbCr with 1 to 16 bits per sample; of several
 * pages the first is used. The decoder applies the orientation itself and premultiplies the colours of 8-bit images by alpha.
 */
final class TiffFile {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS_PER_SAMPLE = 258;
    private static final int PHOTOMETRIC = 262;
    private static final int SAMPLES_PER_PIXEL = 277;
    private static final int ROWS_PER_STRIP = 278;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_LENGTH = 323;
    private static final int EXTRA_SAMPLES = 338;

    /** 2^32 - 1: all rows are one strip. */
    private static final long ALL_ROWS = 0xffff_ffffL;

    /** OpenCV refuses more. */
    private static final long MAX_SEGMENT_SIDE = 1 << 24;

    private static final long ASSOCIATED_ALPHA = 1;

    /** White-is-zero, black-is-zero, RGB, palette, YCbCr. */
    private static final Set<Long> COLOURS = Set.of(0L, 1L, 2L, 3L, 6L);

    private TiffFile() {}

    static Header read(byte[] bytes) {
        TiffTags tags = TiffTags.read(ByteBuffer.wrap(bytes));
        tags.requireSeparateValues();
        Size stored = Size.declared(tags.number(WIDTH, 0), tags.number(HEIGHT, 0));
        long bits = tags.number(BITS_PER_SAMPLE, 1);
        boolean deep = bits > 8;
        int bytesPerPixel = 4 * (deep ? 2 : 1);
        boolean premultiplied = !deep || tags.number(EXTRA_SAMPLES, 0) == ASSOCIATED_ALPHA;
        return new Header(
                ImageFormat.TIFF,
                tags.orientation().swapsSides() ? stored.transposed() : stored,
                1,
                new PixelLayout(
                        Layouts.Decoder.OPEN_CV,
                        premultiplied ? Samples.PREMULTIPLIED : Samples.STRAIGHT,
                        bytesPerPixel,
                        segmentPixels(tags, stored) * bytesPerPixel,
                        /* lossless */ true),
                Orientation.UPRIGHT,
                tags.profile(),
                damage(tags, bits, bytes.length));
    }

    /** Returns the pixels of a tile or strip, which the decoder allocates as a whole, even if it is larger than the image. */
    private static long segmentPixels(TiffTags tags, Size stored) {
        long tileWidth = tags.number(TILE_WIDTH, 0);
        long tileLength = tags.number(TILE_LENGTH, 0);
        if (tileWidth > 0 || tileLength > 0) {
            return side(tileWidth, stored.width()) * side(tileLength, stored.height());
        }
        long rows = tags.number(ROWS_PER_STRIP, ALL_ROWS);
        return stored.width() * (rows == ALL_ROWS ? stored.height() : side(rows, stored.height()));
    }

    private static long side(long named, int ofImage) {
        return named > 0 ? Math.min(named, MAX_SEGMENT_SIDE) : ofImage;
    }

    private static @Nullable Refusal damage(TiffTags tags, long bits, int fileBytes) {
        long photometric = tags.number(PHOTOMETRIC, -1);
        long samples = tags.number(SAMPLES_PER_PIXEL, 1);
        if (!tags.whole()) {
            return Refusal.undecodable(
                    "%d bytes".formatted(fileBytes), "a whole directory", "the TIFF file ends inside its directory");
        }
        if (tags.repeated()) {
            return Refusal.undecodable("a repeated tag", "each tag once", "the TIFF directory is ambiguous");
        }
        if (tags.unknownType()) {
            return Refusal.undecodable(
                    "a number of another type",
                    "types 1 to 12",
                    "the TIFF directory contains a number of an unsupported type");
        }
        if (!COLOURS.contains(photometric) || (photometric == 0 && bits > 8)) {
            return Refusal.undecodable(
                    "photometric interpretation %d".formatted(photometric),
                    "grey, palette, RGB or YCbCr",
                    "the colours of the TIFF file are not supported");
        }
        if (bits > 16 || samples > 4) {
            return Refusal.undecodable(
                    "%d samples of %d bits".formatted(samples, bits),
                    "4 of 16",
                    "the TIFF file has too many bits per pixel");
        }
        return null;
    }
}
