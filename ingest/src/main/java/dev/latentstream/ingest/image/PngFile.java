package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.PixelLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a PNG file chunk by chunk: size, colours, orientation and profile, and whether all critical chunks are intact (ISO/IEC
 * 15948, section 5).
 */
final class PngFile {
    private static final int SIGNATURE = 8;

    /** 1 / 2.2, in units of 1/100,000, as sRGB's curve is written. */
    private static final int SRGB_GAMMA = 45_455;

    /** White, red, green and blue, x and y each, in units of 1/100,000. */
    private static final ByteBuffer SRGB_PRIMARIES = ByteBuffer.allocate(32)
            .putInt(31_270)
            .putInt(32_900)
            .putInt(64_000)
            .putInt(33_000)
            .putInt(30_000)
            .putInt(60_000)
            .putInt(15_000)
            .putInt(6_000)
            .flip();

    /** Primaries 1 and transfer characteristics 13 of ITU-T H.273. */
    private static final short SRGB_CODES = 0x010d;

    private static final int HEADER_BYTES = 13;

    /** Colour types without alpha (ISO/IEC 15948, table 11.1). */
    private static final int GREY = 0;

    private static final int RGB = 2;
    private static final int PALETTE = 3;

    /** 256 colours of 3 bytes. */
    private static final int MAX_PALETTE_BYTES = 768;

    /** First column, first row, and their distances, in each pass. */
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

    private record Chunk(String type, int start, int length, boolean whole) {
        boolean critical() {
            return Character.isUpperCase(type.charAt(0));
        }
    }

    private final byte[] bytes;
    private final List<ByteBuffer> imageData = new ArrayList<>();
    private @Nullable Size size;
    private @Nullable Refusal damage;
    private @Nullable ByteBuffer profile;
    private @Nullable Orientation orientation;
    private int bitDepth;
    private int colourType;
    private boolean interlaced;
    private final SortedSet<String> otherColours = new TreeSet<>();
    private @Nullable ByteBuffer palette;
    private @Nullable ByteBuffer transparency;
    private int frames = 1;

    private PngFile(byte[] bytes) {
        this.bytes = bytes;
    }

    static Header read(byte[] bytes) {
        PngFile file = new PngFile(bytes);
        file.walk();
        return file.header();
    }

    /**
     * Returns a file of only the chunks that affect the pixels: all others, such as text that may be a decompression bomb and further frames, are
     * withheld from the decoder, as is what libpng ignores with a line on the console. Fails if the data inflates to less or more than the image.
     */
    static byte[] decodable(byte[] bytes) {
        PngFile file = new PngFile(bytes);
        file.walk();
        return file.withoutOthers();
    }

    /** Returns the chunks that name colours other than sRGB and are ignored, for example {@code cHRM, gAMA}; empty if there are none. */
    static String ignoredColours(byte[] bytes, Header header) {
        if (header.container() != ImageFormat.PNG) {
            return "";
        }
        PngFile file = new PngFile(bytes);
        file.walk();
        return String.join(", ", file.otherColours);
    }

    /** Returns the level, in 8 or 16 bits, that is transparent in a grey image; -1 for none. */
    static int transparentLevel(byte[] bytes) {
        PngFile file = new PngFile(bytes);
        file.walk();
        return file.transparentLevel();
    }

    /** Returns the bytes of all rows of an image, which its data inflates to. */
    static long rowBytes(byte[] bytes) {
        PngFile file = new PngFile(bytes);
        file.walk();
        return file.rows().bytes();
    }

    private int transparentLevel() {
        if (transparency == null || colourType != GREY) {
            return -1;
        }
        int level = transparency.getShort(0) & 0xffff;
        return bitDepth < 8 ? level * 255 / ((1 << bitDepth) - 1) : level;
    }

    private byte[] withoutOthers() {
        ByteArrayOutputStream file = new ByteArrayOutputStream(bytes.length);
        file.write(bytes, 0, SIGNATURE);
        write(file, "IHDR", ByteBuffer.wrap(bytes, SIGNATURE + 8, HEADER_BYTES).slice());
        if (palette != null) {
            write(file, "PLTE", palette);
        }
        if (transparency != null && colourType != GREY) { // OpenCV ignores that of grey, which is applied afterwards
            write(file, "tRNS", transparency);
        }
        rows().exact().forEach(data -> write(file, "IDAT", data));
        write(file, "IEND", ByteBuffer.allocate(0));
        return file.toByteArray();
    }

    private static void write(ByteArrayOutputStream file, String type, ByteBuffer data) {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data.duplicate());
        file.writeBytes(ByteBuffer.allocate(8).putInt(data.limit()).put(name).array());
        file.write(data.array(), data.arrayOffset(), data.limit());
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }

    private PngRows rows() {
        Size all = Objects.requireNonNull(size);
        List<PngRows.Pass> passes = new ArrayList<>();
        for (int[] pass : interlaced ? ADAM7 : ONE_PASS) {
            long columns = ((long) all.width() - pass[0] + pass[2] - 1) / pass[2];
            long rows = ((long) all.height() - pass[1] + pass[3] - 1) / pass[3];
            long rowBytes = 1 + (columns * samples() * bitDepth + 7) / 8;
            passes.add(new PngRows.Pass(columns > 0 ? rows : 0, rowBytes));
        }
        return new PngRows(imageData, passes);
    }

    /** Returns the stored samples of a pixel. */
    private int samples() {
        return switch (colourType) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    private void walk() {
        int position = SIGNATURE;
        Chunk chunk = null;
        while (damage == null && (chunk == null || !chunk.type.equals("IEND"))) {
            chunk = chunkAt(position);
            if (chunk == null) {
                damage = Refusal.undecodable(
                        "%d bytes".formatted(bytes.length), "an IEND chunk", "the PNG file ends too early");
            } else if (position == SIGNATURE && !chunk.type.equals("IHDR")) {
                throw BadImageException.damaged(
                        chunk.type, "an IHDR chunk", "the PNG file does not start with its header");
            } else if (chunk.whole) {
                readChunk(chunk);
                position = chunk.start + chunk.length + 4;
            } else if (chunk.critical()) {
                damage = Refusal.undecodable(
                        chunk.type,
                        "a matching checksum",
                        "a %s chunk of the PNG file is damaged".formatted(chunk.type));
            } else {
                position = chunk.start + chunk.length + 4;
            }
        }
    }

    /** Returns null if the file is too short for a chunk. */
    private @Nullable Chunk chunkAt(int position) {
        if (bytes.length - position < 12) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int length = buffer.getInt(position);
        if (length < 0 || length > bytes.length - position - 12) {
            return null;
        }
        CRC32 checksum = new CRC32();
        checksum.update(bytes, position + 4, 4 + length);
        boolean whole = (int) checksum.getValue() == buffer.getInt(position + 8 + length);
        String type = new String(bytes, position + 4, 4, StandardCharsets.ISO_8859_1);
        return new Chunk(type, position + 8, length, whole);
    }

    private void readChunk(Chunk chunk) {
        ByteBuffer data = ByteBuffer.wrap(bytes, chunk.start, chunk.length).slice();
        switch (chunk.type) {
            case "IHDR" -> readHeader(data);
            case "PLTE" -> readPalette(data);
            case "tRNS" -> readTransparency(data);
            case "IDAT" -> imageData.add(data);
            case "acTL" -> frames = data.limit() == 8 ? Math.max(1, data.getInt()) : frames;
            case "eXIf" -> orientation = orientation == null ? TiffTags.orientation(data) : orientation;
            case "iCCP" -> readProfile(data);
            case "gAMA" -> note(chunk, data.limit() == 4 && Math.abs(data.getInt() - SRGB_GAMMA) > 500);
            case "cHRM" -> note(chunk, data.limit() == 32 && !data.equals(SRGB_PRIMARIES));
            case "cICP" -> note(chunk, data.limit() == 4 && data.getShort() != SRGB_CODES);
            default -> {
                // not needed here
            }
        }
    }

    /** Takes down that a chunk names colours other than those of sRGB; they are ignored, as by most readers of training data. */
    private void note(Chunk chunk, boolean other) {
        if (other) {
            otherColours.add(chunk.type);
        }
    }

    /** Takes the palette of an image that needs one; others may suggest one for devices of few colours. */
    private void readPalette(ByteBuffer data) {
        if (colourType != PALETTE) {
            return;
        }
        int length = data.limit();
        if (palette != null || !imageData.isEmpty()) {
            damage = Refusal.undecodable(
                    "a PLTE chunk", "one before the image data", "the PNG file has a palette in a wrong place");
        } else if (length == 0 || length % 3 != 0 || length > MAX_PALETTE_BYTES) {
            damage = Refusal.undecodable(
                    "%d bytes".formatted(length),
                    "1 to 256 colours of 3 bytes",
                    "the palette of the PNG file is damaged");
        } else {
            palette = data;
        }
    }

    /** Takes the first one with the right length and place, as libpng does; the image can be decoded without. */
    private void readTransparency(ByteBuffer data) {
        if (transparency != null || !imageData.isEmpty()) {
            return;
        }
        boolean right =
                switch (colourType) {
                    case GREY -> data.limit() == 2;
                    case RGB -> data.limit() == 6;
                    case PALETTE -> data.limit() > 0 && data.limit() <= colours();
                    default -> false;
                };
        if (right) {
            transparency = data;
        }
    }

    /** Returns the number of colours that the palette has so far, of which an index can name no more than its bits allow. */
    private int colours() {
        return palette == null ? 0 : Math.min(palette.limit() / 3, 1 << bitDepth);
    }

    private void readHeader(ByteBuffer data) {
        if (size != null) {
            damage = Refusal.undecodable("2 IHDR chunks", "1", "the PNG file has two headers");
            return;
        }
        if (data.limit() != HEADER_BYTES) {
            throw BadImageException.damaged(
                    "%d bytes".formatted(data.limit()), "" + HEADER_BYTES, "the header of the PNG file is damaged");
        }
        size = Size.declared(data.getInt(), data.getInt());
        bitDepth = data.get();
        colourType = data.get();
        int compression = data.get() & 0xff;
        int filter = data.get() & 0xff;
        int interlace = data.get() & 0xff;
        if (compression != 0 || filter != 0 || interlace > 1) {
            throw Layouts.unsupported(
                    "PNG",
                    "compression %d, filter %d, interlace %d".formatted(compression, filter, interlace),
                    "0, 0, 0 or 1");
        }
        interlaced = interlace == 1;
    }

    /** Takes the first of several profiles, which the standard forbids. */
    private void readProfile(ByteBuffer data) {
        if (profile == null) {
            profile = inflatedProfile(data);
        }
    }

    /** Returns a profile that cannot be inflated unchanged; it is refused as a profile later. */
    private static ByteBuffer inflatedProfile(ByteBuffer data) {
        while (data.hasRemaining() && data.get() != 0) {} // profile name
        if (!data.hasRemaining()) {
            return data;
        }
        data.get(); // compression method; there is only one
        InflaterInputStream inflated = new InflaterInputStream(
                new ByteArrayInputStream(data.array(), data.arrayOffset() + data.position(), data.remaining()));
        try (inflated) {
            // It may be a decompression bomb: one byte above the limit is enough to detect that.
            return ByteBuffer.wrap(inflated.readNBytes(SrgbConverter.MAX_PROFILE_BYTES + 1));
        } catch (IOException broken) {
            return data;
        }
    }

    private Header header() {
        if (size == null) {
            throw BadImageException.damaged("no IHDR chunk", "one", "the PNG file does not give its size");
        }
        if (colourType == PALETTE && palette == null && damage == null) {
            damage = Refusal.undecodable("no PLTE chunk", "one", "the PNG file has no palette");
        }
        return new Header(
                ImageFormat.PNG,
                size,
                frames,
                PixelLayout.lossless(Layouts.png(colourType, bitDepth), channels() * (bitDepth == 16 ? 2 : 1)),
                orientation == null ? Orientation.UPRIGHT : orientation,
                profile,
                damage);
    }

    private int channels() {
        boolean alpha = transparency != null || colourType == 4 || colourType == 6;
        return alpha ? 4 : colourType == 0 ? 1 : 3;
    }
}
