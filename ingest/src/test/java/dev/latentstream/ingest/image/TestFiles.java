package dev.latentstream.ingest.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Inserts metadata into encoded images, byte by byte as specified by the standards of the formats. */
final class TestFiles {
    private TestFiles() {}

    /** Returns an EXIF block with only an orientation. */
    static byte[] exif(int orientation, ByteOrder order) {
        return ByteBuffer.allocate(26)
                .order(order)
                .put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 42)
                .putInt(8) // offset of the directory
                .putShort((short) 1) // with one entry
                .putShort((short) 274) // orientation
                .putShort((short) 3) // an unsigned short
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0) // no further directory
                .array();
    }

    static byte[] jpegWithExif(byte[] jpeg, byte[] exif) {
        return jpegWithSegment(jpeg, 0xe1, join("Exif\0\0".getBytes(StandardCharsets.US_ASCII), exif));
    }

    /** Inserts Adobe's marker: 0 is RGB or CMYK, 2 is YCCK. */
    static byte[] jpegWithAdobe(byte[] jpeg, int transform) {
        byte[] segment = ByteBuffer.allocate(12)
                .put("Adobe".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 100)
                .putInt(0)
                .put((byte) transform)
                .array();
        return jpegWithSegment(jpeg, 0xee, segment);
    }

    /** Inserts a profile in parts of this size, as large profiles are stored. */
    static byte[] jpegWithProfile(byte[] jpeg, byte[] profile, int partBytes) {
        int parts = (profile.length + partBytes - 1) / partBytes;
        byte[] result = jpeg;
        for (int part = parts; part >= 1; part--) {
            int start = (part - 1) * partBytes;
            byte[] data = Arrays.copyOfRange(profile, start, Math.min(profile.length, start + partBytes));
            byte[] head = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
            result = jpegWithSegment(result, 0xe2, join(head, new byte[] {(byte) part, (byte) parts}, data));
        }
        return result;
    }

    /** Inserts a segment after the start-of-image marker. */
    static byte[] jpegWithSegment(byte[] jpeg, int marker, byte[] data) {
        byte[] head = ByteBuffer.allocate(4)
                .putShort((short) (0xff00 | marker))
                .putShort((short) (data.length + 2))
                .array();
        return join(Arrays.copyOf(jpeg, 2), head, data, Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    /** Inserts a chunk after the header chunk, which ends at byte 33. */
    static byte[] pngWithChunk(byte[] png, String type, byte[] data) {
        return join(Arrays.copyOf(png, 33), pngChunk(type, data), Arrays.copyOfRange(png, 33, png.length));
    }

    static byte[] pngWithProfile(byte[] png, byte[] profile) {
        return pngWithChunk(png, "iCCP", join("test\0\0".getBytes(StandardCharsets.US_ASCII), deflate(profile)));
    }

    static byte[] pngChunk(String type, byte[] data) {
        byte[] named = join(type.getBytes(StandardCharsets.US_ASCII), data);
        CRC32 checksum = new CRC32();
        checksum.update(named);
        return ByteBuffer.allocate(data.length + 12)
                .putInt(data.length)
                .put(named)
                .putInt((int) checksum.getValue())
                .array();
    }

    /** Returns an 8-bit grey PNG file with this size in its header and any data. */
    static byte[] png(int width, int height, byte[] data) {
        return pngOf(pngHeader(width, height, 8, 0), pngChunk("IDAT", deflate(data)));
    }

    /** Returns a PNG file of these chunks and an IEND chunk. */
    static byte[] pngOf(byte[]... chunks) {
        byte[] signature = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
        return join(signature, join(chunks), pngChunk("IEND", new byte[0]));
    }

    static byte[] pngHeader(int width, int height, int bits, int colourType) {
        return pngChunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) bits)
                        .put((byte) colourType)
                        .array());
    }

    /** Returns a grey PNG file of one row with a transparent level. */
    static byte[] greyPng(int bits, int[] row, int transparent) {
        byte[] data = new byte[1 + (row.length * bits + 7) / 8];
        for (int i = 0; i < row.length * bits; i++) {
            int bit = (row[i / bits] >> (bits - 1 - i % bits)) & 1;
            data[1 + i / 8] |= (byte) (bit << (7 - i % 8));
        }
        return pngOf(
                pngHeader(row.length, 1, bits, 0),
                pngChunk("tRNS", new byte[] {(byte) (transparent >> 8), (byte) transparent}),
                pngChunk("IDAT", deflate(data)));
    }

    /** Returns a WebP file with an additional chunk, in the extended format that this requires. */
    static byte[] webpWithChunk(byte[] webp, Size size, int flag, String type, byte[] data) {
        byte[] extended = ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(flag)
                .put(uint24(size.width() - 1))
                .put(uint24(size.height() - 1))
                .array();
        byte[] body = join(
                "WEBP".getBytes(StandardCharsets.US_ASCII),
                webpChunk("VP8X", extended),
                type.equals("ICCP") ? webpChunk(type, data) : new byte[0],
                Arrays.copyOfRange(webp, 12, webp.length),
                type.equals("ICCP") ? new byte[0] : webpChunk(type, data));
        byte[] head = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(body.length)
                .array();
        return join(head, body);
    }

    private static byte[] webpChunk(String type, byte[] data) {
        return ByteBuffer.allocate(8 + data.length + data.length % 2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .putInt(data.length)
                .put(data)
                .array();
    }

    private static byte[] uint24(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16)};
    }

    static byte[] deflate(byte[] data) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        deflater.setInput(data);
        deflater.finish();
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            result.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return result.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            result.writeBytes(part);
        }
        return result.toByteArray();
    }
}
