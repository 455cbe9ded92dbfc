package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.PixelLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads a GIF file block by block: size, frames, and whether it reaches its trailer (GIF89a, sections 12 and following). */
final class GifFile {
    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2c;
    private static final int TRAILER = 0x3b;

    private final ByteBuffer bytes;
    private int frames;

    private GifFile(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Header read(byte[] bytes) {
        GifFile file = new GifFile(bytes);
        Size size = Size.declared(file.bytes.getShort(6) & 0xffff, file.bytes.getShort(8) & 0xffff);
        Refusal damage = file.walk();
        return new Header(
                ImageFormat.GIF,
                size,
                Math.max(1, file.frames),
                PixelLayout.lossless(4),
                Orientation.UPRIGHT,
                /* profile */ null,
                damage);
    }

    private @Nullable Refusal walk() {
        try {
            int flags = bytes.get(10);
            bytes.position(13);
            skipColourTable(flags);
            int block = bytes.get();
            while (block != TRAILER) {
                if (block == IMAGE) {
                    skipImage();
                } else if (block == EXTENSION) {
                    bytes.get(); // extension label
                    skipSubBlocks();
                } else {
                    return Refusal.undecodable(
                            "block %02x".formatted(block & 0xff), "21, 2c or 3b", "an unknown block in the GIF file");
                }
                block = bytes.get();
            }
            return frames > 0 ? null : Refusal.undecodable("0 frames", "1", "the GIF file contains no image");
        } catch (BufferUnderflowException | IllegalArgumentException cut) { // a read or a seek beyond the end
            return Refusal.undecodable("%d bytes".formatted(bytes.limit()), "a trailer", "the GIF file ends too early");
        }
    }

    private void skipImage() {
        bytes.position(bytes.position() + 8); // image rectangle
        skipColourTable(bytes.get());
        bytes.get(); // minimum code size
        skipSubBlocks();
        frames++;
    }

    /** Bit 7 is set if there is a table; bits 0 to 2 give its size. */
    private void skipColourTable(int flags) {
        if ((flags & 0x80) != 0) {
            bytes.position(bytes.position() + 3 * (2 << (flags & 7)));
        }
    }

    private void skipSubBlocks() {
        int length = bytes.get() & 0xff;
        while (length != 0) {
            bytes.position(bytes.position() + length);
            length = bytes.get() & 0xff;
        }
    }
}
