package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.PixelLayout;
import dev.latentstream.ingest.image.Header.Samples;
import dev.latentstream.ingest.image.Layouts.Decoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The first directory of a TIFF file: the layout of its pixels, and where they are. Of several pages the first is used. */
final class TiffFile {
    static final int GREY_FROM_WHITE = 0;
    static final int GREY = 1;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int INKS = 5;
    static final int LUMA_AND_CHROMA = 6;

    static final int JPEG = 7;

    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS_PER_SAMPLE = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int FILL_ORDER = 266;
    private static final int STRIP_OFFSETS = 273;
    private static final int SAMPLES_PER_PIXEL = 277;
    private static final int ROWS_PER_STRIP = 278;
    private static final int STRIP_BYTES = 279;
    private static final int PLANAR = 284;
    private static final int PREDICTOR = 317;
    private static final int FAX_3_OPTIONS = 292;
    private static final int FAX_4_OPTIONS = 293;
    private static final int COLOUR_MAP = 320;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_LENGTH = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTES = 325;
    private static final int EXTRA_SAMPLES = 338;
    private static final int SAMPLE_FORMAT = 339;
    private static final int JPEG_TABLES = 347;
    private static final int CHROMA_FACTORS = 530;
    private static final int LUMA_WEIGHTS = 529;
    private static final int REFERENCE_LEVELS = 532;

    private static final Set<Integer> FACTORS = Set.of(1, 2, 4);

    /** Kinds of extra samples. */
    private static final long ASSOCIATED_ALPHA = 1;

    private static final long STRAIGHT_ALPHA = 2;

    /** 2^32 - 1: all rows are one strip. */
    private static final long ALL_ROWS = 0xffff_ffffL;

    /** Larger than any tile that fits into memory. */
    private static final long MAX_TILE_SIDE = 1 << 24;

    private final TiffTags tags;
    final Size size;
    final int bits;
    final int samples;
    final int photometric;
    final int compression;
    final int predictor;
    final boolean planar;

    TiffFile(byte[] bytes) {
        tags = TiffTags.read(ByteBuffer.wrap(bytes));
        tags.requireSeparateValues();
        size = Size.declared(tags.number(WIDTH, 0), tags.number(HEIGHT, 0));
        bits = number(BITS_PER_SAMPLE, 1);
        samples = number(SAMPLES_PER_PIXEL, 1);
        photometric = number(PHOTOMETRIC, GREY_FROM_WHITE);
        compression = number(COMPRESSION, 1);
        predictor = number(PREDICTOR, 1);
        planar = number(PLANAR, 1) == 2 && samples > 1;
    }

    static Header read(byte[] bytes) {
        TiffFile tiff = new TiffFile(bytes);
        Refusal damage = tiff.damage(bytes.length);
        Decoder decoder = damage == null ? Layouts.tiff(tiff) : Decoder.OWN;
        return new Header(
                ImageFormat.TIFF,
                tiff.size,
                1,
                new PixelLayout(decoder, tiff.meaning(), tiff.channels(), tiff.segmentBytes(), /* lossless */ true),
                tiff.tags.orientation(),
                tiff.tags.profile(),
                damage);
    }

    private int number(int tag, int otherwise) {
        return (int) Math.min(tags.number(tag, otherwise), Integer.MAX_VALUE);
    }

    private @Nullable Refusal damage(int fileBytes) {
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
                    "types 1 to 13, 16 to 18",
                    "the TIFF directory contains a number of an unsupported type");
        }
        return null;
    }

    private Samples meaning() {
        if (photometric == INKS) {
            return Samples.CMYK;
        }
        return extraSample() == ASSOCIATED_ALPHA ? Samples.PREMULTIPLIED : Samples.STRAIGHT;
    }

    /** Returns the channels of the decoded pixels: grey, BGR, BGRA or CMYK. */
    int channels() {
        if (photometric == INKS || hasAlpha()) {
            return 4;
        }
        return photometric == GREY || photometric == GREY_FROM_WHITE ? 1 : 3;
    }

    boolean hasAlpha() {
        return photometric != INKS && (extraSample() == ASSOCIATED_ALPHA || extraSample() == STRAIGHT_ALPHA);
    }

    /** Returns the samples of the colour, which come before the extra ones. */
    int colourSamples() {
        return switch (photometric) {
            case RGB, LUMA_AND_CHROMA -> 3;
            case INKS -> 4;
            default -> 1;
        };
    }

    /** Returns whether samples beyond those of the colour are explained, by a kind of the standard. */
    boolean extraSamplesNamed() {
        return samples == colourSamples() || (extraSample() >= 0 && extraSample() <= STRAIGHT_ALPHA);
    }

    /** Returns the kind of the first extra sample; -1 if nothing names it. A fourth sample of RGB is alpha then. */
    private long extraSample() {
        if (samples <= colourSamples()) {
            return 0;
        }
        return tags.number(EXTRA_SAMPLES, photometric == RGB && samples == 4 ? STRAIGHT_ALPHA : -1);
    }

    /** Returns whether all samples have the same number of bits. */
    boolean equalBits() {
        return Arrays.stream(tags.numbers(BITS_PER_SAMPLE)).limit(samples).allMatch(other -> other == bits);
    }

    /** Returns 1 for unsigned whole numbers, 4 for undefined ones. */
    int sampleFormat() {
        return number(SAMPLE_FORMAT, 1);
    }

    boolean lowestBitFirst() {
        return number(FILL_ORDER, 1) == 2;
    }

    boolean tiled() {
        return tags.number(TILE_WIDTH, 0) > 0 && tags.number(TILE_LENGTH, 0) > 0;
    }

    /** Returns the size of a tile, or of a strip but the last. */
    Size segment() {
        if (tiled()) {
            long width = tags.number(TILE_WIDTH, 0);
            long length = tags.number(TILE_LENGTH, 0);
            if (width > MAX_TILE_SIDE || length > MAX_TILE_SIDE) {
                throw BadImageException.damaged(
                        "%dx%d".formatted(width, length), "" + MAX_TILE_SIDE, "the TIFF file has an impossible tile");
            }
            return new Size((int) width, (int) length);
        }
        long rows = tags.number(ROWS_PER_STRIP, ALL_ROWS);
        return new Size(size.width(), rows == 0 ? size.height() : (int) Math.min(rows, size.height()));
    }

    /** Returns the samples of one pixel in a segment. */
    int segmentSamples() {
        return planar ? 1 : samples;
    }

    /** Returns the bytes of a row in a segment; rows start at whole bytes. */
    long rowBytes() {
        return ((long) segment().width() * segmentSamples() * bits + 7) / 8;
    }

    private long segmentBytes() {
        int copies =
                compression == JPEG ? 3 : 2; // as decompressed, and as it is in the file, which is no larger than that
        return copies * rowBytes() * segment().height();
    }

    /** Returns where the segments start: row by row, and plane by plane. */
    long[] offsets() {
        return tags.numbers(tiled() ? TILE_OFFSETS : STRIP_OFFSETS);
    }

    /** Returns the compressed size of each segment; fewer or none if the file does not say. */
    long[] byteCounts() {
        return tags.numbers(tiled() ? TILE_BYTES : STRIP_BYTES);
    }

    /** Returns 16 bits per colour: all red ones, then green and blue. */
    long[] colourMap() {
        return tags.numbers(COLOUR_MAP);
    }

    /** Returns whether the compression is one of the three of fax machines (CCITT). */
    boolean fax() {
        return compression >= 2 && compression <= 4;
    }

    /** Returns the bits that say how the lines of group 3 or 4 are coded. */
    int faxOptions() {
        return number(compression == 4 ? FAX_4_OPTIONS : FAX_3_OPTIONS, 0);
    }

    byte[] jpegTables() {
        return tags.bytes(JPEG_TABLES);
    }

    /** Returns across and down how many pixels share their chroma. */
    int[] chromaFactors() {
        long[] factors = tags.numbers(CHROMA_FACTORS);
        return factors.length < 2 ? new int[] {2, 2} : new int[] {(int) factors[0], (int) factors[1]};
    }

    /** Returns whether luma and chroma are those of JPEG, of the full range, and shared by 1, 2 or 4 pixels each way. */
    boolean usualChroma() {
        int[] factors = chromaFactors();
        return FACTORS.contains(factors[0])
                && FACTORS.contains(factors[1])
                && isOrAbsent(LUMA_WEIGHTS, 0.299, 0.587, 0.114)
                && isOrAbsent(REFERENCE_LEVELS, 0, 255, 128, 255, 128, 255);
    }

    private boolean isOrAbsent(int tag, double... usual) {
        double[] values = tags.fractions(tag);
        for (int i = 0; i < values.length; i++) {
            if (i >= usual.length || Math.abs(values[i] - usual[i]) > 0.001) {
                return false;
            }
        }
        return true;
    }

    boolean littleEndian() {
        return tags.littleEndian();
    }
}
