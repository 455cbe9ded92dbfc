package dev.latentstream.app.bench;

import dev.latentstream.schemas.RawImage;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Files that cost time or memory out of proportion to their size, each in a way that once stopped or blocked ingest. All are smaller than
 * the 9 MB that a source delivers at most.
 */
final class HostileFiles {
    /** Size of the compressed zeros after the rows of a small image once they are inflated, from 8 MB. */
    private static final long BOMB = 8L << 30;

    private static final int ZEROS_AT_ONCE = 1 << 24;
    private static final int LARGEST_SEGMENT = 65_000;
    private static final int TYPE_RATIONAL = 5;
    private static final int TYPE_UNDEFINED = 7;

    private HostileFiles() {}

    /** Makes all of them, which takes seconds; their URIs say what they are. */
    static List<RawImage> all() throws IOException {
        byte[] values = directory(8_000, TYPE_UNDEFINED, 200_000, 300_000);
        byte[] rationals = directory(5_000, TYPE_RATIONAL, 500, LARGEST_SEGMENT);
        return List.of(
                BenchImages.raw(pngOf256Rows(zeros(256 * 257 + BOMB)), "zeros-after-the-rows.png"),
                BenchImages.raw(values, "shared-values.tif"),
                BenchImages.raw(withChunk(pngOf256Rows(zeros(256 * 257)), "eXIf", values), "shared-values.png"),
                BenchImages.raw(withExif(encoded("jpeg", plain(64, 64, 3)), rationals, 100), "exif-blocks.jpg"),
                BenchImages.raw(encoded("gif", image(plain(10_000, 9_999, 1), twoColours())), "large.gif"),
                BenchImages.raw(encoded("png", image(deep(8_192), deepColours())), "deep.png"),
                BenchImages.raw(encoded("jpeg", plain(10_000, 10_000, 4)), "four-channels.jpg"));
    }

    /** Returns a little-endian TIFF directory all of whose values are the same bytes after it. */
    private static byte[] directory(int tags, int type, int count, int size) {
        int start = 8 + 2 + 12 * tags + 4;
        ByteBuffer bytes = ByteBuffer.allocate(size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'I', 'I', 42, 0})
                .putInt(8)
                .putShort((short) tags);
        for (int i = 0; i < tags; i++) {
            bytes.putShort((short) (0x8000 + i))
                    .putShort((short) type)
                    .putInt(count)
                    .putInt(start);
        }
        return bytes.array();
    }

    /** Returns a square grey file of 256 pixels. */
    private static byte[] pngOf256Rows(byte[] data) {
        return png(256, /* interlacing */ 0, data);
    }

    /** Returns a square file of 8 bits of grey. */
    static byte[] png(int side, int interlacing, byte[] data) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(side).putInt(side).put((byte) 8);
        header.put(12, (byte) interlacing);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        png.writeBytes(chunk("IHDR", header.array()));
        png.writeBytes(chunk("IDAT", data));
        png.writeBytes(chunk("IEND", new byte[0]));
        return png.toByteArray();
    }

    /** Inserts a chunk after the header chunk, which ends at byte 33. */
    static byte[] withChunk(byte[] png, String type, byte[] data) {
        byte[] chunk = chunk(type, data);
        return ByteBuffer.allocate(png.length + chunk.length)
                .put(png, 0, 33)
                .put(chunk)
                .put(png, 33, png.length - 33)
                .array();
    }

    private static byte[] chunk(String type, byte[] data) {
        byte[] chunk = ByteBuffer.allocate(data.length + 12)
                .putInt(data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .array();
        CRC32 checksum = new CRC32();
        checksum.update(chunk, 4, data.length + 4);
        ByteBuffer.wrap(chunk).putInt(data.length + 8, (int) checksum.getValue());
        return chunk;
    }

    /** Returns a zlib stream of zeros (RFC 1950) that repeats one compressed block. */
    static byte[] zeros(long count) {
        byte[] block = flushed(ZEROS_AT_ONCE);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(new byte[] {0x78, (byte) 0x9c});
        for (long left = count; left > 0; left -= ZEROS_AT_ONCE) {
            stream.writeBytes(left >= ZEROS_AT_ONCE ? block : flushed((int) left));
        }
        stream.writeBytes(new byte[] {3, 0}); // an empty last block
        long sum = count % 65_521; // of Adler-32, whose other half stays 1
        stream.writeBytes(ByteBuffer.allocate(4).putInt((int) (sum << 16 | 1)).array());
        return stream.toByteArray();
    }

    /** Deflates zeros to whole bytes that refer to nothing before them. */
    private static byte[] flushed(int zeros) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(new byte[zeros]);
            byte[] output = new byte[zeros / 500 + 64];
            return Arrays.copyOf(output, deflater.deflate(output, 0, output.length, Deflater.FULL_FLUSH));
        } finally {
            deflater.end();
        }
    }

    /** Inserts EXIF blocks after the start-of-image marker. */
    private static byte[] withExif(byte[] jpeg, byte[] exif, int blocks) {
        ByteBuffer result =
                ByteBuffer.allocate(jpeg.length + blocks * (10 + exif.length)).put(jpeg, 0, 2);
        for (int i = 0; i < blocks; i++) {
            result.putShort((short) 0xffe1)
                    .putShort((short) (8 + exif.length))
                    .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
                    .put(exif);
        }
        return result.put(jpeg, 2, jpeg.length - 2).array();
    }

    /** Returns pixels that all are the same sample in memory. */
    private static WritableRaster plain(int width, int height, int channels) {
        return Raster.createWritableRaster(
                new ComponentSampleModel(DataBuffer.TYPE_BYTE, width, height, 0, 0, new int[channels]), null);
    }

    private static WritableRaster deep(int side) {
        return Raster.createWritableRaster(
                new ComponentSampleModel(DataBuffer.TYPE_USHORT, side, side, 0, 0, new int[4]), null);
    }

    private static ColorModel twoColours() {
        return new IndexColorModel(8, 2, new byte[] {0, -1}, new byte[] {0, -1}, new byte[] {0, -1});
    }

    private static ColorModel deepColours() {
        return new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB),
                true,
                false,
                Transparency.TRANSLUCENT,
                DataBuffer.TYPE_USHORT);
    }

    private static IIOImage image(WritableRaster raster, ColorModel colours) {
        return new IIOImage(new BufferedImage(colours, raster, false, null), null, null);
    }

    private static byte[] encoded(String format, Raster raster) throws IOException {
        return encoded(format, new IIOImage(raster, null, null));
    }

    private static byte[] encoded(String format, IIOImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.write(image);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
