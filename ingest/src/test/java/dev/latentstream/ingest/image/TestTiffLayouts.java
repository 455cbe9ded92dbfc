package dev.latentstream.ingest.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** TIFF files of any layout, packed sample by sample as the standard says, from a function of the place. */
final class TestTiffLayouts {
    /** Samples of one place, each from 0 to the largest of the layout. */
    @FunctionalInterface
    interface Samples {
        int at(int x, int y, int sample);
    }

    static final int WIDTH = 21;
    static final int HEIGHT = 19;

    private static final int ROWS_PER_STRIP = 8;
    private static final int TILE = 16;

    private TestTiffLayouts() {}

    /** A layout of 21x19 pixels. */
    record Layout(int photometric, int samples, int bits, boolean planar, boolean tiled, ByteOrder order) {
        int largest() {
            return (1 << bits) - 1;
        }
    }

    /** Returns an uncompressed file; further tags have one value each, or those of an array. */
    static byte[] file(Layout layout, Samples samples, Map<Integer, int[]> further) {
        return file(layout, samples, further, UnaryOperator.identity());
    }

    static byte[] file(Layout layout, Samples samples, Map<Integer, int[]> further, UnaryOperator<byte[]> compression) {
        byte[][] segments = segments(layout, samples);
        for (int i = 0; i < segments.length; i++) {
            segments[i] = compression.apply(segments[i]);
        }
        int[] bits = new int[layout.samples];
        Arrays.fill(bits, layout.bits);
        SortedMap<Integer, int[]> tags = new TreeMap<>(Map.of(
                256, new int[] {WIDTH},
                257, new int[] {HEIGHT},
                258, bits,
                262, new int[] {layout.photometric},
                277, new int[] {layout.samples},
                284, new int[] {layout.planar ? 2 : 1}));
        if (layout.tiled) {
            tags.put(322, new int[] {TILE});
            tags.put(323, new int[] {TILE});
        } else {
            tags.put(278, new int[] {ROWS_PER_STRIP});
        }
        tags.putAll(further);
        int[] offsets = new int[segments.length];
        int end = 8;
        for (int i = 0; i < segments.length; i++) {
            offsets[i] = end;
            end += segments[i].length;
        }
        tags.put(layout.tiled ? 324 : 273, offsets);
        tags.put(
                layout.tiled ? 325 : 279,
                Arrays.stream(segments).mapToInt(segment -> segment.length).toArray());
        return write(layout.order, tags, segments, end);
    }

    private static byte[] write(ByteOrder order, SortedMap<Integer, int[]> tags, byte[][] segments, int end) {
        int directory = end + end % 2;
        int values = directory + 2 + 12 * tags.size() + 4;
        int size = values
                + tags.values().stream().mapToInt(numbers -> 4 * numbers.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(size).order(order);
        bytes.putShort((short) (order == ByteOrder.LITTLE_ENDIAN ? 0x4949 : 0x4d4d))
                .putShort((short) 42)
                .putInt(directory);
        for (byte[] segment : segments) {
            bytes.put(segment);
        }
        bytes.position(directory).putShort((short) tags.size());
        for (Map.Entry<Integer, int[]> tag : tags.entrySet()) {
            int[] numbers = tag.getValue();
            bytes.putShort(tag.getKey().shortValue()).putShort((short) 4).putInt(numbers.length);
            bytes.putInt(numbers.length == 1 ? numbers[0] : values);
            if (numbers.length > 1) {
                for (int i = 0; i < numbers.length; i++) {
                    bytes.putInt(values + 4 * i, numbers[i]);
                }
                values += 4 * numbers.length;
            }
        }
        return bytes.array();
    }

    private static byte[][] segments(Layout layout, Samples samples) {
        int width = layout.tiled ? TILE : WIDTH;
        int height = layout.tiled ? TILE : ROWS_PER_STRIP;
        int across = (WIDTH + width - 1) / width;
        int down = (HEIGHT + height - 1) / height;
        int planes = layout.planar ? layout.samples : 1;
        byte[][] segments = new byte[across * down * planes][];
        for (int i = 0; i < segments.length; i++) {
            int plane = i / (across * down);
            int top = i / across % down * height;
            int rows = layout.tiled ? height : Math.min(height, HEIGHT - top);
            segments[i] = segment(layout, samples, plane, i % across * width, top, new Size(width, rows));
        }
        return segments;
    }

    private static byte[] segment(Layout layout, Samples samples, int plane, int left, int top, Size size) {
        int perPixel = layout.planar ? 1 : layout.samples;
        int rowBytes = (size.width() * perPixel * layout.bits + 7) / 8;
        byte[] bytes = new byte[rowBytes * size.height()];
        for (int y = 0; y < size.height(); y++) {
            for (int i = 0; i < size.width() * perPixel; i++) {
                int sample = layout.planar ? plane : i % perPixel;
                int value = samples.at(left + i / perPixel, top + y, sample);
                put(layout, bytes, y * rowBytes, i, value);
            }
        }
        return bytes;
    }

    private static void put(Layout layout, byte[] bytes, int row, int i, int value) {
        if (layout.bits == 16) {
            ByteBuffer.wrap(bytes).order(layout.order).putShort(row + 2 * i, (short) value);
            return;
        }
        for (int bit = 0; bit < layout.bits; bit++) {
            int at = i * layout.bits + bit;
            int set = (value >> (layout.bits - 1 - bit)) & 1;
            bytes[row + at / 8] |= (byte) (set << (7 - at % 8));
        }
    }

    /** Stores all bytes as literals. */
    static byte[] packBits(byte[] bytes) {
        ByteBuffer packed = ByteBuffer.allocate(bytes.length + bytes.length / 128 + 1);
        for (int i = 0; i < bytes.length; i += 128) {
            int count = Math.min(128, bytes.length - i);
            packed.put((byte) (count - 1)).put(bytes, i, count);
        }
        return Arrays.copyOf(packed.array(), packed.position());
    }
}
