package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.PixelLayout;
import dev.latentstream.ingest.image.Header.Samples;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Reads a GIF file block by block: size, frames, whether it reaches its trailer, and the first frame (GIF89a, sections 12 and
 * following). As in browsers and Pillow, a first frame beyond the screen enlarges it.
 */
final class GifFile {
    private static final int EXTENSION = 0x21;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int IMAGE = 0x2c;
    private static final int TRAILER = 0x3b;
    private static final int HEADER_BYTES = 13;

    /** Rows of an interlaced image: first row and distance in each of four passes. */
    private static final int[][] INTERLACED = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

    private static final int[][] IN_ORDER = {{0, 1}};

    /** The levels of grey, which decoders assume where there is no colour table. */
    private static final ByteBuffer GREYS = greys();

    /**
     * An image block.
     *
     * @param colours BGR, three bytes a colour
     * @param transparent index of the transparent colour; -1 without one
     * @param data position of the code size, which the image data follows
     */
    private record Frame(
            int left, int top, Size size, boolean interlaced, ByteBuffer colours, int transparent, int data) {}

    private final ByteBuffer bytes;
    private ByteBuffer screenColours = GREYS;
    private int transparent = -1;
    private @Nullable Frame first;
    private int frames;

    private GifFile(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Header read(byte[] bytes) {
        GifFile file = new GifFile(bytes);
        Refusal damage = file.walk();
        Size screen = file.screen();
        boolean opaque = file.first != null && file.first.transparent < 0 && file.first.size.equals(screen);
        return new Header(
                ImageFormat.GIF,
                screen,
                Math.max(1, file.frames),
                new PixelLayout(Layouts.gif(), Samples.STRAIGHT, opaque ? 3 : 4, screen.pixels(), /* lossless */ true),
                Orientation.UPRIGHT,
                /* profile */ null,
                damage);
    }

    /** Decodes the first frame to BGR, or to BGRA where parts of the screen may be transparent. */
    static Mat decode(byte[] bytes, Header header) {
        GifFile file = new GifFile(bytes);
        file.walk();
        return file.pixels(header);
    }

    /** Returns the size of the screen, or of screen and first frame where that is larger. */
    private Size screen() {
        int width = bytes.getShort(6) & 0xffff;
        int height = bytes.getShort(8) & 0xffff;
        return first == null
                ? Size.declared(width, height)
                : new Size(
                        Math.max(width, first.left + first.size.width()),
                        Math.max(height, first.top + first.size.height()));
    }

    private @Nullable Refusal walk() {
        try {
            int flags = bytes.get(10);
            bytes.position(HEADER_BYTES);
            screenColours = readColours(flags, GREYS);
            int block = bytes.get();
            while (block != TRAILER) {
                switch (block) {
                    case IMAGE -> readImage();
                    case EXTENSION -> readExtension();
                    case 0 -> {} // some writers end a list of sub-blocks twice
                    default -> {
                        if (first != null) {
                            break; // the frame that counts is known
                        }
                        return Refusal.undecodable(
                                "block %02x".formatted(block & 0xff),
                                "21, 2c or 3b",
                                "an unknown block in the GIF file");
                    }
                }
                block = bytes.get();
            }
            return frames > 0 ? null : Refusal.undecodable("0 frames", "1", "the GIF file contains no image");
        } catch (BufferUnderflowException | IllegalArgumentException cut) { // a read or a seek beyond the end
            return Refusal.undecodable("%d bytes".formatted(bytes.limit()), "a trailer", "the GIF file ends too early");
        }
    }

    private void readImage() {
        int left = bytes.getShort() & 0xffff;
        int top = bytes.getShort() & 0xffff;
        int width = bytes.getShort() & 0xffff;
        int height = bytes.getShort() & 0xffff;
        int flags = bytes.get();
        ByteBuffer colours = readColours(flags, screenColours);
        if (first == null) {
            boolean interlaced = (flags & 0x40) != 0;
            first = new Frame(
                    left, top, Size.declared(width, height), interlaced, colours, transparent, bytes.position());
        }
        bytes.get(); // minimum code size
        skipSubBlocks();
        frames++;
    }

    private void readExtension() {
        if ((bytes.get() & 0xff) == GRAPHIC_CONTROL) {
            boolean hasTransparent = (bytes.get(bytes.position() + 1) & 1) != 0;
            transparent = hasTransparent ? bytes.get(bytes.position() + 4) & 0xff : -1;
        }
        skipSubBlocks();
    }

    /** Bit 7 is set if there is a table; bits 0 to 2 give its size. Colours beyond the table are black. */
    private ByteBuffer readColours(int flags, ByteBuffer otherwise) {
        if ((flags & 0x80) == 0) {
            return otherwise;
        }
        byte[] rgb = new byte[3 * (2 << (flags & 7))];
        bytes.get(rgb);
        byte[] bgr = new byte[3 * 256];
        for (int i = 0; i < rgb.length; i++) {
            bgr[i] = rgb[i - i % 3 + 2 - i % 3];
        }
        return ByteBuffer.wrap(bgr);
    }

    private void skipSubBlocks() {
        int length = bytes.get() & 0xff;
        while (length != 0) {
            bytes.position(bytes.position() + length);
            length = bytes.get() & 0xff;
        }
    }

    private Mat pixels(Header header) {
        Frame frame = Objects.requireNonNull(first);
        byte[] indices = indices(frame);
        int channels = header.pixels().bytesPerPixel();
        Size screen = header.size();
        byte[] row = new byte[screen.width() * channels];
        Mat pixels = Pixels.blank(screen, channels);
        int position = 0;
        for (int[] pass : frame.interlaced ? INTERLACED : IN_ORDER) {
            for (int y = pass[0]; y < frame.size.height(); y += pass[1]) {
                Arrays.fill(row, (byte) 0);
                for (int x = 0; x < frame.size.width(); x++) {
                    int index = indices[position++] & 0xff;
                    int target = (frame.left + x) * channels;
                    if (index != frame.transparent) {
                        frame.colours.get(3 * index, row, target, 3);
                        Arrays.fill(row, target + 3, target + channels, (byte) 0xff);
                    }
                }
                pixels.ptr(frame.top + y).put(row, 0, row.length);
            }
        }
        return pixels;
    }

    private byte[] indices(Frame frame) {
        int literalBits = bytes.get(frame.data);
        if (literalBits < 1 || literalBits > 11) {
            throw BadImageException.damaged(
                    "code size %d".formatted(literalBits), "1 to 11", "the image data of the GIF file is damaged");
        }
        byte[] indices = new byte[(int) frame.size.pixels()];
        int written = Lzw.decompress(subBlocks(frame.data + 1), Lzw.Layout.GIF, literalBits, indices);
        if (written < indices.length) {
            throw BadImageException.damaged(
                    "%d pixels".formatted(written),
                    "" + indices.length,
                    "the GIF file lacks pixels of its first frame");
        }
        return indices;
    }

    private ByteBuffer subBlocks(int position) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int length = bytes.get(position) & 0xff;
        while (length != 0) {
            data.write(bytes.array(), position + 1, length);
            position += 1 + length;
            length = bytes.get(position) & 0xff;
        }
        return ByteBuffer.wrap(data.toByteArray());
    }

    private static ByteBuffer greys() {
        byte[] greys = new byte[3 * 256];
        for (int i = 0; i < greys.length; i++) {
            greys[i] = (byte) (i / 3);
        }
        return ByteBuffer.wrap(greys);
    }
}
