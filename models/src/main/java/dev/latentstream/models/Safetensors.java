package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file, read tensor by tensor: eight bytes with the length of a JSON header, the header, the data.
 *
 * <p>Nothing is believed before it is checked: the header's length, the types, that the offsets fit the shapes, follow each
 * other and fill the file. Reading maps one tensor at a time, so that a file may be larger than the memory.
 */
public final class Safetensors implements AutoCloseable {
    /** As the format's first implementation bounds it. */
    private static final long MAX_HEADER = 100_000_000;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(8).build())
            .build());

    private enum Type {
        F32(4),
        F16(2),
        BF16(2),
        I64(8);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    /** Where a tensor lies: {@code start} counts from the beginning of the file. */
    private record Entry(String name, Type type, Shape shape, long start, long length) {}

    private final Path path;
    private final FileChannel channel;
    private final Map<String, Entry> entries;
    private final Map<String, String> metadata;

    private Safetensors(Path path, FileChannel channel, JsonNode header, long dataStart) throws IOException {
        this.path = path;
        this.channel = channel;
        metadata = metadata(header.get("__metadata__"));
        entries = entries(header, dataStart);
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws IOException where the file cannot be read or is not what it says it is; the message names the file and the fault
     */
    public static Safetensors open(Path path) throws IOException {
        String name = path.getFileName().toString();
        if (name.endsWith(".bin") || name.endsWith(".pt") || name.endsWith(".ckpt") || name.endsWith(".pth")) {
            throw new IOException(
                    path + ": pickled weights can run code and are not read; convert them to .safetensors first");
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            ByteBuffer size = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            long length = channel.read(size, 0) < 8 ? -1 : size.getLong(0);
            if (length < 2 || length > Math.min(MAX_HEADER, channel.size() - 8)) {
                throw new IOException(
                        "%s: header length %d does not fit a file of %d bytes".formatted(path, length, channel.size()));
            }
            ByteBuffer header = ByteBuffer.allocate((int) length);
            while (header.hasRemaining() && channel.read(header, 8 + (long) header.position()) >= 0) {}
            return new Safetensors(path, channel, parse(path, header.array()), 8 + length);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Names in the order of the data. */
    public Set<String> names() {
        return entries.keySet();
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    /** Shape of a tensor. */
    public Shape shape(String name) {
        return entry(name).shape();
    }

    /** A tensor on the manager's device: FLOAT32, whatever the file holds, but INT64 for I64. */
    public NDArray tensor(NDManager manager, String name) throws IOException {
        Entry entry = entry(name);
        NDArray host = manager.zeros(
                entry.shape(), entry.type() == Type.I64 ? DataType.INT64 : DataType.FLOAT32, ai.djl.Device.cpu());
        if (entry.length() > 0) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, entry.start(), entry.length());
            convert(
                    mapped.order(ByteOrder.LITTLE_ENDIAN),
                    host.toByteBuffer(true).order(ByteOrder.nativeOrder()),
                    entry.type());
        }
        return manager.getDevice().equals(host.getDevice()) ? host : host.toDevice(manager.getDevice(), false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("%s: no tensor is named %s".formatted(path, name));
        }
        return entry;
    }

    private static void convert(ByteBuffer from, ByteBuffer to, Type type) {
        switch (type) {
            case F32 -> to.asFloatBuffer().put(from.asFloatBuffer());
            case I64 -> to.asLongBuffer().put(from.asLongBuffer());
            case BF16 -> {
                while (from.hasRemaining()) {
                    to.putInt(from.getShort() << 16); // bfloat16 is the upper half of a float
                }
            }
            case F16 -> {
                while (from.hasRemaining()) {
                    to.putFloat(halfToFloat(from.getShort()));
                }
            }
        }
    }

    /** IEEE 754 binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. */
    static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >> 10) & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) {
            float subnormal = fraction * 0x1p-24f;
            return sign == 0 ? subnormal : -subnormal;
        }
        int widened = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
    }

    // ------------------------------------------------------------------ the header

    private static JsonNode parse(Path path, byte[] header) throws IOException {
        try {
            JsonNode node = JSON.readTree(header);
            if (node == null || !node.isObject()) {
                throw new IOException(path + ": the header is not a JSON object");
            }
            return node;
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new IOException(path + ": the header is not sound JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Map<String, String> metadata(@Nullable JsonNode node) {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (node != null) {
            node.properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
        }
        return Map.copyOf(metadata);
    }

    private Map<String, Entry> entries(JsonNode header, long dataStart) throws IOException {
        List<Entry> found = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            if (!field.getKey().equals("__metadata__")) {
                found.add(entry(field.getKey(), field.getValue(), dataStart));
            }
        }
        found.sort(Comparator.comparingLong(Entry::start));
        Map<String, Entry> byName = new LinkedHashMap<>();
        long end = dataStart;
        for (Entry entry : found) {
            if (entry.start() != end) {
                throw fault(
                        entry.name(),
                        "begins at %d, not where the data before it ends, %d"
                                .formatted(entry.start() - dataStart, end - dataStart));
            }
            end += entry.length();
            byName.put(entry.name(), entry);
        }
        if (end != channel.size()) {
            throw new IOException(
                    "%s: the tensors end at byte %d of a file of %d".formatted(path, end, channel.size()));
        }
        return byName;
    }

    private Entry entry(String name, JsonNode node, long dataStart) throws IOException {
        Type type = type(name, node.path("dtype").asText());
        long[] shape = numbers(name, node.path("shape"));
        long[] offsets = numbers(name, node.path("data_offsets"));
        if (offsets.length != 2 || offsets[1] < offsets[0] || offsets[1] > channel.size() - dataStart) {
            throw fault(
                    name,
                    "has offsets %s in %d bytes of data"
                            .formatted(node.path("data_offsets"), channel.size() - dataStart));
        }
        long length = type.bytes;
        try {
            for (long axis : shape) {
                length = Math.multiplyExact(length, axis);
            }
        } catch (ArithmeticException e) {
            throw fault(name, "has the shape %s, too large for any file".formatted(node.path("shape")));
        }
        if (length != offsets[1] - offsets[0]) {
            throw fault(
                    name,
                    "of %s %s needs %d bytes and has %d"
                            .formatted(type, node.path("shape"), length, offsets[1] - offsets[0]));
        }
        if (length > Integer.MAX_VALUE) {
            throw fault(name, "has %d bytes; at most %d can be read at once".formatted(length, Integer.MAX_VALUE));
        }
        return new Entry(name, type, new Shape(shape), dataStart + offsets[0], length);
    }

    private Type type(String name, String text) throws IOException {
        for (Type type : Type.values()) {
            if (type.name().equals(text)) {
                return type;
            }
        }
        throw fault(name, "has the type \"%s\"; known are F32, F16, BF16 and I64".formatted(text));
    }

    private long[] numbers(String name, JsonNode array) throws IOException {
        boolean sound = array.isArray()
                && StreamSupport.stream(array.spliterator(), false)
                        .allMatch(n -> n.isIntegralNumber() && n.canConvertToLong() && n.asLong() >= 0);
        if (!sound) {
            throw fault(name, "has %s where a list of whole numbers belongs".formatted(array));
        }
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    private IOException fault(String name, String what) {
        return new IOException("%s: tensor %s %s".formatted(path, name, what));
    }
}
