package dev.latentstream.ingest.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** TIFF files with arbitrary tags. */
final class TestTiffs {
    private TestTiffs() {}

    static byte[] write(BufferedImage image, Consumer<TIFFDirectory> change) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            TIFFDirectory directory = TIFFDirectory.createFromMetadata(
                    writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), param));
            change.accept(directory);
            writer.setOutput(output);
            writer.write(null, new IIOImage(image, null, directory.getAsMetadata()), param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Returns a grey square with 8 bits per sample, all of whose tag values have 32 bits, as many programs write them. */
    static byte[] grey(int side, Map<Integer, Integer> layout) {
        SortedMap<Integer, Integer> tags = new TreeMap<>(layout);
        boolean tiled = tags.containsKey(322);
        tags.putAll(Map.of(256, side, 257, side, 258, 8, 259, 1, 262, 1, 277, 1));
        tags.put(tiled ? 324 : 273, 8); // offset of the pixels
        tags.put(tiled ? 325 : 279, side * side);
        ByteBuffer bytes = ByteBuffer.allocate(8 + side * side + 2 + 12 * tags.size() + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'I', 'I', 42, 0})
                .putInt(8 + side * side)
                .position(8 + side * side)
                .putShort((short) tags.size());
        tags.forEach((tag, value) ->
                bytes.putShort(tag.shortValue()).putShort((short) 4).putInt(1).putInt(value));
        return bytes.array();
    }

    /** Returns the same image as BigTIFF, with another directory after the end of the first file. All values have 32 bits. */
    static byte[] big(byte[] tiff) {
        ByteOrder order = tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ByteBuffer from = ByteBuffer.wrap(tiff).order(order);
        int directory = from.getInt(4);
        int entries = from.getShort(directory);
        int moved = 8; // the header of BigTIFF is larger by so many bytes
        ByteBuffer to =
                ByteBuffer.allocate(tiff.length + moved + 8 + 20 * entries + 8).order(order);
        to.put(tiff, 0, 2).putShort((short) 43).putShort((short) 8).putShort((short) 0);
        to.putLong(tiff.length + moved).put(tiff, 8, tiff.length - 8).putLong(entries);
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            int tag = from.getShort(entry) & 0xffff;
            int count = from.getInt(entry + 4);
            boolean offsets = tag == 273 || tag == 324;
            to.putShort((short) tag).putShort(from.getShort(entry + 2)).putLong(count);
            if (count == 1) {
                to.putInt(from.getInt(entry + 8) + (offsets ? moved : 0)).putInt(0);
                continue;
            }
            int values = from.getInt(entry + 8);
            for (int value = 0; offsets && value < count; value++) {
                int at = values + moved + 4 * value;
                to.putInt(at, to.getInt(at) + moved);
            }
            if (count == 2) { // eight bytes are in the entry
                to.putInt(to.getInt(values + moved)).putInt(to.getInt(values + moved + 4));
            } else {
                to.putLong(values + moved);
            }
        }
        return to.array();
    }

    /** Returns the offset of a tag's entry. */
    static int entry(byte[] tiff, int tag) {
        ByteBuffer bytes = ByteBuffer.wrap(tiff).order(tiff[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int entry = bytes.getInt(4) + 2;
        while (bytes.getShort(entry) != tag) {
            entry += 12;
        }
        return entry;
    }
}
