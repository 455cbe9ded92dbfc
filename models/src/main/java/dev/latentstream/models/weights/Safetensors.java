package dev.latentstream.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.weights.SafetensorsHeader.Entry;
import dev.latentstream.models.weights.SafetensorsHeader.StoredType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, read tensor by tensor: eight bytes with the length of a JSON header, the header, the data.
 *
 * <p>The header is checked before any of it is used ({@link SafetensorsHeader}). A tensor is read straight into PyTorch's
 * memory, or through a window of 1 MiB where it is widened, so that loading needs the memory of the weights and no more.
 * (Mapped pages would count as memory until the next garbage collection: twice the weights.) Not thread-safe.
 */
public final class Safetensors implements TensorStore {
    /** 120,000 tensors; the largest published headers have not a tenth of it. */
    static final int MAX_HEADER = 16 << 20;

    private static final int WINDOW = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final long dataStart;

    private Safetensors(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        byte[] json = headerBytes(path, channel);
        dataStart = 8L + json.length;
        header = SafetensorsHeader.parse(path, json, channel.size() - dataStart);
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws IOException where the file cannot be read or its header is invalid; the message names the file and the fault
     */
    public static Safetensors open(Path path) throws IOException {
        if (isPickled(path)) {
            throw pickled(path);
        }
        ModelFiles.refuseFolder(path);
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new IOException(path + ": no such file", e);
        }
        try {
            return new Safetensors(path, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Returns whether a file has the name of a Python pickle. */
    static boolean isPickled(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.endsWith(".bin") || name.endsWith(".pt") || name.endsWith(".ckpt") || name.endsWith(".pth");
    }

    static IOException pickled(Path path) {
        return new IOException(
                path + ": pickled weights can run code and are not read; convert them to .safetensors first:"
                        + " safetensors.torch.save_file(torch.load(FILE, weights_only=True), TARGET) in Python");
    }

    private static byte[] headerBytes(Path path, FileChannel channel) throws IOException {
        ByteBuffer size = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        fill(path, channel, size, 0);
        long length = size.getLong(0);
        boolean fits = length >= 2 && length <= channel.size() - 8;
        if (!fits && isPickle(size)) {
            throw pickled(path);
        } else if (!fits && GitLfs.isStart(size.array())) {
            throw GitLfs.pointer(path);
        } else if (!fits) {
            throw new IOException(
                    "%s: header length %d does not fit a file of %d bytes".formatted(path, length, channel.size()));
        } else if (length > MAX_HEADER) {
            throw new IOException("%s: header length %d; at most %d is read".formatted(path, length, MAX_HEADER));
        }
        ByteBuffer json = ByteBuffer.allocate((int) length);
        fill(path, channel, json, 8);
        return json.array();
    }

    /** Returns whether a file starts as PyTorch's zip archive does, or as a bare pickle of protocol 2 to 5. */
    private static boolean isPickle(ByteBuffer start) {
        boolean zip = start.get(0) == 'P' && start.get(1) == 'K';
        boolean pickle = start.get(0) == (byte) 0x80 && start.get(1) >= 2 && start.get(1) <= 5;
        return zip || pickle;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Set<String> names() {
        return header.entries().keySet();
    }

    public Map<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public Shape shape(String name) {
        return entry(name).shape();
    }

    @Override
    public NDArray tensor(NDManager manager, String name) throws IOException {
        Entry entry = entry(name);
        NDArray host = manager.zeros(entry.shape(), memoryType(entry), ai.djl.Device.cpu());
        if (entry.length() > 0) {
            read(entry, host);
        }
        return manager.getDevice().equals(host.getDevice()) ? host : host.toDevice(manager.getDevice(), false);
    }

    private DataType memoryType(Entry entry) throws IOException {
        return switch (entry.type()) {
            case F64, F32, F16, BF16 -> DataType.FLOAT32;
            case I64 -> DataType.INT64;
            case F8_E5M2, F8_E4M3, U64, I32, U32, I16, U16, I8, U8, BOOL ->
                throw new IOException("%s: tensor %s has the type %s; supported are F64, F32, F16, BF16 and I64"
                        .formatted(path, entry.name(), entry.type()));
        };
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private Entry entry(String name) {
        Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new IllegalArgumentException("%s: no tensor is named %s".formatted(path, name));
        }
        return entry;
    }

    /** In pieces that fit a buffer, whatever the tensor's size. */
    private void read(Entry entry, NDArray host) throws IOException {
        int bytes = entry.type().bytes();
        int piece = (int) Math.min(WINDOW / bytes, entry.length() / bytes);
        boolean unconverted = entry.type() == StoredType.F32 || entry.type() == StoredType.I64;
        ByteBuffer window = ByteBuffer.allocate(unconverted ? 0 : piece * bytes).order(ByteOrder.LITTLE_ENDIAN);
        try (NDArray flat = host.reshape(-1)) {
            for (long done = 0; done < flat.size(); done += piece) {
                int count = (int) Math.min(piece, flat.size() - done);
                long at = dataStart + entry.start() + done * bytes;
                try (NDArray part = Torch.narrow(flat, 0, done, count)) {
                    ByteBuffer target = part.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
                    if (unconverted) {
                        fill(path, channel, target, at);
                    } else {
                        fill(path, channel, window.clear().limit(count * bytes), at);
                        convert(window.flip(), target.asFloatBuffer(), entry);
                    }
                }
            }
        }
    }

    private static void fill(Path path, FileChannel channel, ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int read = channel.read(target, at);
            if (read < 0) {
                throw new IOException("%s: ends at byte %d, before the end of its data".formatted(path, at));
            }
            at += read;
        }
    }

    private void convert(ByteBuffer from, FloatBuffer to, Entry entry) throws IOException {
        if (entry.type() == StoredType.F64) {
            narrow(from.asDoubleBuffer(), to, entry);
        } else {
            widen(from.asShortBuffer(), to, entry.type());
        }
    }

    private static void widen(ShortBuffer from, FloatBuffer to, StoredType type) {
        short[] bits = new short[from.remaining()];
        float[] values = new float[bits.length];
        from.get(bits);
        for (int i = 0; i < bits.length; i++) {
            values[i] = type == StoredType.BF16 ? HalfFloats.fromBfloat16(bits[i]) : HalfFloats.fromHalf(bits[i]);
        }
        to.put(values);
    }

    private void narrow(DoubleBuffer from, FloatBuffer to, Entry entry) throws IOException {
        while (from.hasRemaining()) {
            double value = from.get();
            float nearest = (float) value;
            if (Float.isInfinite(nearest) && !Double.isInfinite(value)) {
                throw new IOException("%s: tensor %s has the value %s, beyond the range of 32 bits"
                        .formatted(path, entry.name(), value));
            }
            to.put(nearest);
        }
    }
}
