package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Layouts.Decoder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The facts about an image that are known before a pixel is decoded.
 *
 * @param container the file format
 * @param size size of the stored rows and columns, not yet turned upright
 * @param frames frames in the file; 1 unless it is an animation
 * @param pixels layout of the decoded pixels
 * @param orientation transform from stored to upright
 * @param profile ICC profile; null for sRGB
 * @param damage a fault found after the header; null if there is none
 */
record Header(
        ImageFormat container,
        Size size,
        int frames,
        PixelLayout pixels,
        Orientation orientation,
        @Nullable ByteBuffer profile,
        @Nullable Refusal damage) {
    /**
     * Layout and memory of the decoded pixels.
     *
     * @param decoder the decoder that this layout is read by
     * @param samples meaning of the decoded samples
     * @param bytesPerPixel memory of one decoded pixel
     * @param workBytes memory of the decoder besides the pixels, if it grows with the image or is set by the file
     * @param lossless whether the pixels were compressed without loss
     */
    record PixelLayout(Decoder decoder, Samples samples, int bytesPerPixel, long workBytes, boolean lossless) {
        /** For decoders that need memory for a few rows at most besides the pixels. */
        static final long NO_WORK_BYTES = 0;

        PixelLayout {
            if (bytesPerPixel < 1) {
                throw new IllegalArgumentException("%d bytes per pixel are fewer than 1".formatted(bytesPerPixel));
            }
        }

        static PixelLayout lossless(Decoder decoder, int bytesPerPixel) {
            return new PixelLayout(decoder, Samples.STRAIGHT, bytesPerPixel, NO_WORK_BYTES, true);
        }
    }

    /** Meaning of a pixel's samples. */
    enum Samples {
        /** Grey or RGB, with straight alpha if there is any. */
        STRAIGHT,
        /** Grey or RGB with premultiplied alpha. */
        PREMULTIPLIED,
        /** CMYK, 255 for full ink. */
        CMYK,
        /** CMYK, 0 for full ink, as Adobe's programs write it. */
        INVERTED_CMYK,
        /** Inverted CMYK with its first three channels as luma and chroma. */
        INVERTED_YCCK;

        boolean inks() {
            return compareTo(CMYK) >= 0;
        }
    }

    /** Returns the size of the upright image. */
    Size upright() {
        return orientation.swapsSides() ? size.transposed() : size;
    }

    /** Returns an upper bound of the memory that decoding needs, besides a few copies of the file. */
    long decodedBytes() {
        boolean deepWithAlpha = pixels.bytesPerPixel() == 8; // is copied to four samples of 8 bits at full size
        return size.pixels() * (pixels.bytesPerPixel() + (deepWithAlpha ? 4 : 0)) + pixels.workBytes();
    }
}
