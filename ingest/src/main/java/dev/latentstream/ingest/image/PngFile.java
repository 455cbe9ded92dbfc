package dev.latentstream.ingest.image;

import dev.latentstream.ingest.image.Header.PixelLayout;
import dev.latentstream.schemas.RejectionReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a PNG file chunk by chunk: size, colours, orientation and profile, and whether all critical chunks are intact (ISO/IEC
 * 15948, section 5).
 */
final class PngFile {
    /** The chunks that affect the pixels. All others (text that may be a decompression bomb, further frames) are withheld from the decoder. */
    private static final Set<String> ESSENTIAL = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

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

    /** Colour type of grey without alpha. */
    private static final int GREY = 0;

    /** Some encoders write a little more than the rows; libpng ignores it. */
    private static final int MAX_SURPLUS = 1 << 16;

    private static final int INFLATED_AT_ONCE = 1 << 16;

    /** First column, first row, and their distances, in each pass. */
    private static final int[][] ADAM7 = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

    private record Chunk(String type, int start, int length, boolean whole) {
        /** Returns the length with length field, type and checksum. */
        int fileBytes() {
            return length + 12;
        }

        boolean critical() {
            return Character.isUpperCase(type.charAt(0));
        }
    }

    private final byte[] bytes;
    private final List<Chunk> essential = new ArrayList<>();
    private @Nullable Size size;
    private @Nullable Refusal damage;
    private @Nullable ByteBuffer profile;
    private @Nullable Orientation orientation;
    private int bitDepth;
    private int colourType;
    private boolean interlaced;
    private final SortedSet<String> otherColours = new TreeSet<>();
    private boolean transparency;
    private int transparentLevel = -1;
    private int frames = 1;

    private PngFile(byte[] bytes) {
        this.bytes = bytes;
    }

    static Header read(byte[] bytes) {
        PngFile file = new PngFile(bytes);
        file.walk();
        return file.header();
    }

    /** Returns the file with only the chunks that affect the pixels; fails if these inflate to less or more than the image. */
    static byte[] decodable(byte[] bytes) {
        PngFile file = new PngFile(bytes);
        file.walk();
        file.requireRows();
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
        return file.transparentLevel;
    }

    /** Returns the bytes of all rows of an image, which its data inflates to. */
    static long rowBytes(byte[] bytes) {
        PngFile file = new PngFile(bytes);
        file.walk();
        return file.rowBytes();
    }

    private byte[] withoutOthers() {
        int length = SIGNATURE + essential.stream().mapToInt(Chunk::fileBytes).sum();
        ByteBuffer file = ByteBuffer.allocate(length).put(bytes, 0, SIGNATURE);
        essential.forEach(chunk -> file.put(bytes, chunk.start - 8, chunk.fileBytes()));
        return file.array();
    }

    /**
     * Inflates the image data once before libpng does, which would inflate gigabytes after the last row, and print a line where rows are
     * missing.
     */
    private void requireRows() {
        long needed = rowBytes();
        long inflated = inflatedBytes(needed + MAX_SURPLUS);
        if (inflated < needed) {
            throw BadImageException.damaged(
                    "%d bytes of rows".formatted(inflated),
                    "" + needed,
                    "the image data of the PNG file is incomplete");
        }
        if (inflated > needed + MAX_SURPLUS) {
            throw new BadImageException(Refusal.above(
                    RejectionReason.TOO_MANY_BYTES,
                    "inflated size of the image data in bytes",
                    inflated,
                    needed + MAX_SURPLUS));
        }
    }

    /** Returns the size of the image data up to damage or a bound, which it may exceed by a buffer. */
    private long inflatedBytes(long bound) {
        byte[] rows = new byte[INFLATED_AT_ONCE];
        Inflater inflater = new Inflater();
        try {
            for (Chunk chunk : essential) {
                if (chunk.type.equals("IDAT")) {
                    inflater.setInput(bytes, chunk.start, chunk.length);
                    while (inflater.getBytesWritten() <= bound && inflater.inflate(rows) > 0) {}
                }
            }
            return inflater.getBytesWritten();
        } catch (DataFormatException damaged) {
            return inflater.getBytesWritten();
        } finally {
            inflater.end();
        }
    }

    /** Returns the bytes of all rows with their filter types (ISO/IEC 15948, sections 7.2 and 8). */
    private long rowBytes() {
        Size all = Objects.requireNonNull(size);
        long bytesOfRows = 0;
        for (int[] pass : interlaced ? ADAM7 : ONE_PASS) {
            long columns = ((long) all.width() - pass[0] + pass[2] - 1) / pass[2];
            long rows = ((long) all.height() - pass[1] + pass[3] - 1) / pass[3];
            bytesOfRows += columns > 0 ? rows * (1 + (columns * samples() * bitDepth + 7) / 8) : 0;
        }
        return bytesOfRows;
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
            case "tRNS" -> readTransparency(data);
            case "acTL" -> frames = Math.max(1, data.getInt());
            case "eXIf" -> orientation = orientation == null ? TiffTags.orientation(data) : orientation;
            case "iCCP" -> readProfile(data);
            case "gAMA" -> note(chunk, Math.abs(data.getInt() - SRGB_GAMMA) > 500);
            case "cHRM" -> note(chunk, !data.equals(SRGB_PRIMARIES));
            case "cICP" -> note(chunk, data.getShort() != SRGB_CODES);
            default -> {
                // the pixels, or a chunk that is not needed here
            }
        }
        if (ESSENTIAL.contains(chunk.type) && !(chunk.type.equals("tRNS") && colourType == GREY)) {
            essential.add(chunk);
        }
    }

    /** Takes down that a chunk names colours other than those of sRGB; they are ignored, as by most readers of training data. */
    private void note(Chunk chunk, boolean other) {
        if (other) {
            otherColours.add(chunk.type);
        }
    }

    /** OpenCV ignores the transparent level of a grey image, which is therefore withheld and applied afterwards. */
    private void readTransparency(ByteBuffer data) {
        transparency = true;
        if (colourType == GREY) {
            int level = data.getShort() & 0xffff;
            transparentLevel = bitDepth < 8 ? level * 255 / ((1 << bitDepth) - 1) : level;
        }
    }

    private void readHeader(ByteBuffer data) {
        if (size != null) {
            damage = Refusal.undecodable("2 IHDR chunks", "1", "the PNG file has two headers");
            return;
        }
        size = Size.declared(data.getInt(), data.getInt());
        bitDepth = data.get();
        colourType = data.get();
        data.getShort(); // compression and filter method; there is one of each
        interlaced = data.get() == 1;
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
        boolean alpha = transparency || colourType == 4 || colourType == 6;
        return alpha ? 4 : colourType == 0 ? 1 : 3;
    }
}
