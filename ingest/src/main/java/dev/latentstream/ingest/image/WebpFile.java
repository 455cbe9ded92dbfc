package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.PixelLayout;
import dev.latentstream.ingest.image.Header.Samples;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a WebP file chunk by chunk: size, orientation, profile, frames, and whether it is complete (RFC 9649, section 2). */
final class WebpFile {
    private static final int FIRST_CHUNK = 12;

    private static final Set<String> ESSENTIAL = Set.of("VP8X", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L");

    private final ByteBuffer bytes;
    private final List<ByteBuffer> essential = new ArrayList<>();
    private @Nullable Size size;
    private @Nullable Refusal damage;
    private @Nullable ByteBuffer profile;
    private @Nullable Orientation orientation;
    private boolean lossless;
    private boolean alpha;
    private int frames;

    private WebpFile(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Header read(byte[] bytes) {
        WebpFile file = new WebpFile(bytes);
        file.walk();
        return file.header();
    }

    /** Returns the file with only the chunks that affect the pixels; libwebp and OpenCV copy and read the others. */
    static byte[] essential(byte[] bytes) {
        WebpFile file = new WebpFile(bytes);
        file.walk();
        int length = FIRST_CHUNK
                + file.essential.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer essential = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        essential.put(bytes, 0, FIRST_CHUNK).putInt(4, length - 8);
        file.essential.forEach(chunk -> essential.put(chunk.duplicate()));
        return essential.array();
    }

    private void walk() {
        long end = 8 + Integer.toUnsignedLong(bytes.getInt(4));
        if (end > bytes.limit()) {
            damage = Refusal.undecodable(
                    "%d bytes".formatted(bytes.limit()), "%d bytes".formatted(end), "the WebP file ends too early");
            end = bytes.limit();
        }
        long position = FIRST_CHUNK;
        while (position + 8 <= end) {
            long length = Integer.toUnsignedLong(bytes.getInt((int) position + 4));
            int present = (int) Math.min(length, end - position - 8);
            String type = typeAt((int) position);
            readChunk(type, chunk((int) position + 8, present));
            if (ESSENTIAL.contains(type)) {
                int padded = (int) Math.min(8 + length + (length & 1), end - position);
                essential.add(bytes.slice((int) position, padded));
            }
            position += 8 + length + (length & 1); // chunks start at even offsets
        }
    }

    private String typeAt(int position) {
        byte[] type = new byte[4];
        bytes.get(position, type);
        return new String(type, StandardCharsets.ISO_8859_1);
    }

    private ByteBuffer chunk(int position, int length) {
        return bytes.slice(position, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void readChunk(String type, ByteBuffer data) {
        switch (type) {
            case "ALPH" -> alpha = true;
            case "VP8X" -> size = Size.declared(1 + uint24(data, 4), 1 + uint24(data, 7));
            case "VP8 " -> readLossyFrame(data);
            case "VP8L" -> readLosslessFrame(data);
            case "ANMF" -> frames++;
            case "ICCP" -> profile = data;
            case "EXIF" -> orientation = orientation == null ? TiffTags.orientation(data) : orientation;
            default -> {
                // texts
            }
        }
    }

    private void readLossyFrame(ByteBuffer data) {
        if (size == null) {
            size = Size.declared(data.getShort(6) & 0x3fff, data.getShort(8) & 0x3fff);
        }
    }

    private void readLosslessFrame(ByteBuffer data) {
        lossless = true;
        if (size == null) {
            int sides = data.getInt(1);
            size = Size.declared(1 + (sides & 0x3fff), 1 + ((sides >> 14) & 0x3fff));
        }
    }

    private static int uint24(ByteBuffer data, int position) {
        return (data.getShort(position) & 0xffff) | (data.get(position + 2) & 0xff) << 16;
    }

    /** Returns the memory of libwebp: ARGB of a lossless image or alpha plane, that plane, two canvases of an animation. */
    private long workBytes(Size size) {
        int perPixel = frames > 0 ? 8 + 5 : alpha ? 5 : lossless ? 4 : 0;
        return perPixel * size.pixels();
    }

    private Header header() {
        if (size == null) {
            throw BadImageException.damaged("no frame", "one", "the WebP file does not give its size");
        }
        return new Header(
                ImageFormat.WEBP,
                size,
                Math.max(1, frames),
                new PixelLayout(Layouts.webp(), Samples.STRAIGHT, 4, workBytes(size), lossless),
                orientation == null ? Orientation.UPRIGHT : orientation,
                profile,
                damage);
    }
}
