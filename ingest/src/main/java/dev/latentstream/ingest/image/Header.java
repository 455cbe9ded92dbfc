package dev.latentstream.ingest.image;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a file says about its image before a pixel is decoded.
 *
 * @param container the file format
 * @param size size of the stored rows and columns, not yet turned upright
 * @param frames pictures in the file; 1 unless it is an animation
 * @param bytesPerPixel what one decoded pixel takes in memory
 * @param workBytes what the decoder holds in memory beside the pixels, where that grows with the image or is the file's choice
 * @param samples what the decoder will deliver
 * @param lossless whether the pixels were never compressed with loss
 * @param orientation how it is to be shown
 * @param profile ICC profile of its colours; null for sRGB
 * @param damage what is wrong with the file behind its header; null for a whole one
 */
record Header(
        ImageFormat container,
        Size size,
        int frames,
        int bytesPerPixel,
        long workBytes,
        Samples samples,
        boolean lossless,
        Orientation orientation,
        @Nullable ByteBuffer profile,
        @Nullable Refusal damage) {
    /** Of a decoder that holds a few rows at most beside the pixels. */
    static final long NO_WORK_BYTES = 0;

    /** What the samples of a pixel mean. */
    enum Samples {
        /** Grey, red-green-blue, or either with alpha that the colours were not multiplied by. */
        STRAIGHT,
        /** The same with colours that were multiplied by alpha. */
        PREMULTIPLIED,
        /** Four inks, 255 for full. */
        CMYK,
        /** Four inks, 0 for full: what Adobe's programs write. */
        INVERTED_CMYK,
        /** The same, its first three channels as luma and chroma. */
        INVERTED_YCCK;

        boolean inks() {
            return compareTo(CMYK) >= 0;
        }
    }

    /** Size of the image as it is to be shown. */
    Size upright() {
        return orientation.swapsSides() ? size.transposed() : size;
    }

    /** What decoding takes in memory. */
    long decodedBytes() {
        return size.pixels() * bytesPerPixel + workBytes;
    }
}
