package dev.latentstream.ingest.image;

import dev.latentstream.schemas.RejectionReason;

/**
 * The table of all layouts that are read, and by which decoder. A layout that is not listed is refused as unsupported: no decoder is
 * trusted with what it was not tested on.
 *
 * <p>Each row has a test with known pixels.
 */
final class Layouts {
    /** The decoder of a layout's bytes. */
    enum Decoder {
        /** OpenCV alone, which reports damage to this format. */
        OPEN_CV,
        /** OpenCV for the pixels, and the JDK for the warnings about damage that OpenCV only prints. */
        OPEN_CV_AND_JDK,
        /** The JDK. */
        JDK,
        /** The class of the format in this package. */
        OWN
    }

    /** Samples of a pixel, alpha and others included. */
    private static final int MAX_TIFF_SAMPLES = 8;

    private Layouts() {}

    /**
     * Looks up a JPEG file.
     *
     * @param process marker of the frame header (ITU-T T.81, table B.1)
     * @param components 1 for grey, 3 for RGB or luma and chroma, 4 for inks
     */
    static Decoder jpeg(int process, int bits, int components) {
        switch (process) {
            case 0xc0, 0xc1, 0xc2 -> {} // Huffman codes: baseline, extended, progressive
            default -> throw unsupported("JPEG", "process %02x".formatted(process), "c0, c1, c2");
        }
        if (bits != 8) {
            throw unsupported("JPEG", "%d bits per sample".formatted(bits), "8");
        }
        return switch (components) {
            case 1, 3 -> Decoder.OPEN_CV_AND_JDK;
            case 4 -> Decoder.JDK; // OpenCV converts inks by a formula and ignores their profile
            default -> throw unsupported("JPEG", "%d components".formatted(components), "1, 3, 4");
        };
    }

    /** Looks up a PNG file by the numbers in its header (ISO/IEC 15948, table 11.1). */
    static Decoder png(int colourType, int bits) {
        boolean read =
                switch (colourType) {
                    case 0 -> bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16; // grey
                    case 3 -> bits == 1 || bits == 2 || bits == 4 || bits == 8; // palette
                    case 2, 4, 6 -> bits == 8 || bits == 16; // RGB, grey with alpha, RGB with alpha
                    default -> false;
                };
        if (!read) {
            throw unsupported("PNG", "colour type %d of %d bits".formatted(colourType, bits), "those of the standard");
        }
        return Decoder.OPEN_CV;
    }

    /** All frames that WebP has: lossy, lossless, with alpha, and the first one of an animation. */
    static Decoder webp() {
        return Decoder.OPEN_CV;
    }

    /** All frames that GIF has: with either colour table or none, interlaced, smaller or larger than the screen. */
    static Decoder gif() {
        return Decoder.OWN;
    }

    /**
     * Looks up a BMP file.
     *
     * @param header size of the header in bytes, which names its version
     * @param compression the number in the header; 0 for none
     */
    static Decoder bmp(int header, int bits, int compression) {
        switch (header) {
            case 12, 40, 52, 56, 64, 108, 124 -> {}
            default ->
                throw unsupported("BMP", "a header of %d bytes".formatted(header), "12, 40, 52, 56, 64, 108, 124");
        }
        boolean os2 = header == 64; // its compressions 3 and 4 are others
        boolean read =
                switch (compression) {
                    case 0 -> bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
                    case 1 -> bits == 8; // run lengths
                    case 2 -> bits == 4; // run lengths
                    case 3, 6 -> (bits == 16 || bits == 32) && !os2; // masks
                    default -> false; // JPEG, PNG and others
                };
        if (!read) {
            throw unsupported(
                    "BMP",
                    "compression %d of %d bits".formatted(compression, bits),
                    "none, run lengths of 4 or 8 bits, masks of 16 or 32 bits");
        }
        return Decoder.OWN;
    }

    /**
     * Looks up a TIFF file.
     *
     * <table>
     *   <caption>Layouts</caption>
     *   <tr><th>colours<th>bits per sample<th>compressions
     *   <tr><td>grey, black or white as zero<td>1, 2, 4, 8, 10, 12, 14, 16<td>none, PackBits, LZW, deflate; fax of 1 bit; JPEG of 8
     *   <tr><td>palette<td>1, 2, 4, 8<td>none, PackBits, LZW, deflate
     *   <tr><td>RGB<td>2, 4, 8, 10, 12, 14, 16<td>none, PackBits, LZW, deflate; JPEG of 8
     *   <tr><td>CMYK<td>8, 16<td>none, PackBits, LZW, deflate; JPEG of 8
     *   <tr><td>luma and chroma<td>8<td>none, PackBits, LZW, deflate, each with interleaved samples; JPEG
     * </table>
     *
     * <p>All of them in strips or tiles, with interleaved or separate samples, in either byte order, with alpha or other extra samples.
     */
    static Decoder tiff(TiffFile tiff) {
        if (!tiffColours(tiff) || !tiff.equalBits() || !tiff.extraSamplesNamed() || tiff.samples > MAX_TIFF_SAMPLES) {
            throw unsupported(
                    "TIFF",
                    "photometric interpretation %d with %d samples of %d bits"
                            .formatted(tiff.photometric, tiff.samples, tiff.bits),
                    "grey, palette, RGB, CMYK, YCbCr");
        }
        if (tiff.sampleFormat() != 1 && tiff.sampleFormat() != 4) { // unsigned, undefined
            throw unsupported("TIFF", "sample format %d".formatted(tiff.sampleFormat()), "unsigned numbers");
        }
        boolean plainPredictor = tiff.predictor == 1;
        return switch (tiff.compression) {
            case 1, 32773 -> Decoder.OWN; // none, PackBits
            case 5, 8, 32946 -> { // LZW, deflate
                if (!plainPredictor && (tiff.predictor != 2 || (tiff.bits != 8 && tiff.bits != 16))) {
                    throw unsupported(
                            "TIFF",
                            "predictor %d of %d bits".formatted(tiff.predictor, tiff.bits),
                            "none, differences of 8 or 16 bits");
                }
                yield Decoder.OWN;
            }
            case TiffFile.JPEG -> {
                if (tiff.bits != 8 || tiff.photometric == TiffFile.PALETTE) {
                    throw unsupported("TIFF", "JPEG of %d bits".formatted(tiff.bits), "8");
                }
                yield Decoder.OWN; // which asks the JDK for the samples
            }
            case 2, 3, 4 -> { // fax
                if (tiff.bits != 1 || tiff.samples != 1) {
                    throw unsupported("TIFF", "fax of %d bits".formatted(tiff.bits), "1");
                }
                yield Decoder.JDK;
            }
            default ->
                throw unsupported(
                        "TIFF",
                        "compression %d".formatted(tiff.compression),
                        "none, PackBits, LZW, deflate, JPEG, fax");
        };
    }

    private static boolean tiffColours(TiffFile tiff) {
        int bits = tiff.bits;
        boolean odd = bits == 10 || bits == 12 || bits == 14;
        return switch (tiff.photometric) {
            case TiffFile.GREY_FROM_WHITE, TiffFile.GREY ->
                bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16 || odd;
            case TiffFile.RGB -> tiff.samples >= 3 && (bits == 2 || bits == 4 || bits == 8 || bits == 16 || odd);
            case TiffFile.PALETTE -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
            case TiffFile.INKS -> tiff.samples >= 4 && (bits == 8 || bits == 16);
            case TiffFile.LUMA_AND_CHROMA ->
                tiff.samples == 3 && bits == 8 && tiff.predictor == 1 && !tiff.planar && tiff.usualChroma();
            default -> false;
        };
    }

    /** Refuses a layout; value and bound name its feature and those that are read. */
    static BadImageException unsupported(String container, String value, String bound) {
        return new BadImageException(new Refusal(
                RejectionReason.UNSUPPORTED,
                value,
                bound,
                "this layout of a %s file is not supported".formatted(container)));
    }
}
