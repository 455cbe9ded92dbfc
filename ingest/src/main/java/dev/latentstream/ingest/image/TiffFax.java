package dev.latentstream.ingest.image;

import dev.latentstream.schemas.RejectionReason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decodes TIFF files with fax compression (CCITT, groups 3 and 4) with the JDK's decoder, which reports damage. It receives the strips
 * or tiles with a directory of its own: directories of some writers stop it, with entries of zeros or sizes of zero.
 */
final class TiffFax {
    /** A remark on sound data: many writers leave out the first end-of-line code. */
    private static final Pattern HARMLESS = Pattern.compile("T\\.4 compressed data should begin with EOL.*");

    /** Tags that the standard gives 16 bits only, as the JDK demands. */
    private static final Set<Integer> OF_16_BITS = Set.of(258, 259, 262, 277);

    private static final int HEADER_BYTES = 8;

    private TiffFax() {}

    static Mat decode(byte[] file, Header header) {
        TiffFile tiff = new TiffFile(file);
        BufferedImage image = read(essential(file, tiff), tiff.segment().width());
        if (image.getWidth() != header.size().width()
                || image.getHeight() != header.size().height()) {
            throw BadImageException.damaged(
                    "%dx%d".formatted(image.getWidth(), image.getHeight()),
                    header.size().toString(),
                    "the fax data of the TIFF file has another size");
        }
        Mat pixels = Pixels.blank(header.size(), 1);
        int[] line = new int[image.getWidth()];
        byte[] row = new byte[line.length];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, line.length, 1, line, 0, line.length);
            for (int x = 0; x < line.length; x++) {
                row[x] = (byte) line[x]; // black or white
            }
            pixels.ptr(y).put(row, 0, row.length);
        }
        return pixels;
    }

    /** Returns a file with the same strips or tiles, one after the other, and the tags that affect them. */
    private static byte[] essential(byte[] file, TiffFile tiff) {
        Size image = tiff.size;
        Size segment = tiff.segment();
        int across = (image.width() + segment.width() - 1) / segment.width();
        int down = (image.height() + segment.height() - 1) / segment.height();
        TiffSegments segments = new TiffSegments(file, tiff);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int[] offsets = new int[across * down];
        int[] counts = new int[offsets.length];
        for (int i = 0; i < offsets.length; i++) {
            ByteBuffer bytes = segments.compressed(i, 0);
            offsets[i] = HEADER_BYTES + data.size();
            counts[i] = bytes.remaining();
            data.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        }
        SortedMap<Integer, int[]> tags = new TreeMap<>(Map.of(
                256,
                new int[] {image.width()},
                257,
                new int[] {image.height()},
                258,
                new int[] {1},
                259,
                new int[] {tiff.compression},
                262,
                new int[] {tiff.photometric},
                277,
                new int[] {1},
                tiff.compression == 4 ? 293 : 292,
                new int[] {tiff.faxOptions()}));
        if (tiff.tiled()) {
            tags.putAll(Map.of(322, new int[] {segment.width()}, 323, new int[] {segment.height()}));
        } else {
            tags.put(278, new int[] {segment.height()});
        }
        tags.put(tiff.tiled() ? 324 : 273, offsets);
        tags.put(tiff.tiled() ? 325 : 279, counts);
        return withDirectory(data.toByteArray(), tags);
    }

    /** Returns a TIFF file. */
    private static byte[] withDirectory(byte[] data, SortedMap<Integer, int[]> tags) {
        int directory = HEADER_BYTES + data.length + data.length % 2;
        int values = directory + 2 + 12 * tags.size() + 4;
        int end = values
                + 4 * tags.values().stream().mapToInt(numbers -> numbers.length).sum();
        ByteBuffer file =
                ByteBuffer.allocate(end).putInt(0x4d4d_002a).putInt(directory).put(data);
        file.position(directory).putShort((short) tags.size());
        for (Map.Entry<Integer, int[]> tag : tags.entrySet()) {
            int[] numbers = tag.getValue();
            boolean small = OF_16_BITS.contains(tag.getKey());
            file.putShort(tag.getKey().shortValue())
                    .putShort((short) (small ? 3 : 4))
                    .putInt(numbers.length);
            if (numbers.length == 1) {
                file.putInt(small ? numbers[0] << 16 : numbers[0]);
                continue;
            }
            file.putInt(values);
            for (int number : numbers) {
                file.putInt(values, number);
                values += 4;
            }
        }
        return file.array();
    }

    private static BufferedImage read(byte[] file, int width) {
        ImageReader reader = ImageIO.getImageReadersByFormatName("tiff").next();
        reader.addIIOReadWarningListener((source, warning) -> {
            if (!HARMLESS.matcher(warning).matches()) {
                throw BadImageException.damaged("a warning", "none", "the fax data is damaged: " + warning);
            }
        });
        try (MemoryCacheImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(input, /* seekForwardOnly */ false, /* ignoreMetadata */ true);
            return reader.read(0);
        } catch (ArrayIndexOutOfBoundsException full) {
            throw full(full, width);
        } catch (IOException | RuntimeException refused) {
            throw refused instanceof BadImageException known
                    ? known
                    : BadImageException.damaged(
                            "an error", "an image", "the fax data cannot be decoded: " + refused.getMessage());
        } finally {
            reader.dispose();
        }
    }

    /**
     * Returns what ended the decoder: it has room for one change of colour more than a line has pixels. A sound line has one more still
     * if it begins with black and changes at each pixel, others if their encoder wrote runs of no pixels.
     */
    private static BadImageException full(ArrayIndexOutOfBoundsException end, int width) {
        int room = width + 1;
        return "Index %d out of bounds for length %d".formatted(room, room).equals(end.getMessage())
                ? new BadImageException(Refusal.above(
                        RejectionReason.UNSUPPORTED, "number of changes in a line of the fax data", room + 1, room))
                : BadImageException.damaged(
                        "an error", "an image", "the fax data cannot be decoded: " + end.getMessage());
    }
}
