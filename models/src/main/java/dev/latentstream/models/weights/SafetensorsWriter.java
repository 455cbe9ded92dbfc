package dev.latentstream.models.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.models.nn.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;

/** Writes safetensors files, each whole or not at all. */
public final class SafetensorsWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The stored type of floats. */
    public enum Precision {
        F32,
        /** IEEE half, which the shipped weights use; its relative error is at most 2^-11. */
        F16,
        /** The upper half of an F32, with its range; its relative error is at most 2^-8. */
        BF16;

        private int bytes() {
            return switch (this) {
                case F32 -> 4;
                case F16, BF16 -> 2;
            };
        }
    }

    private static final int WINDOW = 1 << 20; // values

    private SafetensorsWriter() {}

    /**
     * Writes a temporary file beside the target and renames it when it is complete.
     *
     * @param tensors FLOAT32 or INT64, by name, written in the map's order
     */
    public static void write(Path path, Map<String, NDArray> tensors, Map<String, String> metadata, Precision precision)
            throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".part");
        try {
            fill(unfinished, tensors, metadata, precision);
        } catch (FileSystemException named) {
            throw named;
        } catch (IOException unnamed) { // Java names no file when the disk is full
            FileSystemException named = new FileSystemException(unfinished.toString(), null, unnamed.getMessage());
            named.initCause(unnamed);
            throw named;
        }
        Files.move(unfinished, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void fill(
            Path unfinished, Map<String, NDArray> tensors, Map<String, String> metadata, Precision precision)
            throws IOException {
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            byte[] header = header(tensors, metadata, precision);
            drain(
                    channel,
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(header.length)
                            .flip());
            drain(channel, ByteBuffer.wrap(header));
            for (NDArray tensor : tensors.values()) {
                write(channel, tensor, precision);
            }
            channel.force(true);
        }
    }

    private static byte[] header(Map<String, NDArray> tensors, Map<String, String> metadata, Precision precision)
            throws IOException {
        ObjectNode header = JSON.createObjectNode();
        ObjectNode notes = header.putObject("__metadata__");
        metadata.forEach(notes::put);
        long offset = 0;
        for (Map.Entry<String, NDArray> entry : tensors.entrySet()) {
            NDArray tensor = entry.getValue();
            boolean integers = tensor.getDataType() == DataType.INT64;
            if (!integers && tensor.getDataType() != DataType.FLOAT32) {
                throw new IllegalArgumentException("tensor %s is %s; FLOAT32 and INT64 are written"
                        .formatted(entry.getKey(), tensor.getDataType()));
            }
            long length = tensor.size() * (integers ? 8 : precision.bytes());
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", integers ? "I64" : precision.name());
            node.set("shape", JSON.valueToTree(tensor.getShape().getShape()));
            node.putArray("data_offsets").add(offset).add(offset + length);
            offset += length;
        }
        byte[] json = JSON.writeValueAsBytes(header);
        byte[] aligned = Arrays.copyOf(json, (json.length + 7) / 8 * 8); // aligned, since readers map the data
        Arrays.fill(aligned, json.length, aligned.length, (byte) ' ');
        return aligned;
    }

    /** In pieces that fit a buffer, whatever the tensor's size. */
    private static void write(FileChannel channel, NDArray tensor, Precision precision) throws IOException {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray host = tensor.getDevice().isGpu() ? tensor.toDevice(Device.cpu(), true) : tensor;
            NDArray flat = Torch.detach(host).reshape(-1);
            boolean unconverted = precision == Precision.F32 || tensor.getDataType() == DataType.INT64;
            ByteBuffer window = ByteBuffer.allocate(unconverted ? 0 : WINDOW * precision.bytes());
            for (long done = 0; done < flat.size(); done += WINDOW) {
                NDArray part = Torch.narrow(flat, 0, done, Math.min(WINDOW, flat.size() - done));
                ByteBuffer values = part.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
                drain(channel, unconverted ? values : narrowed(values, window.clear(), precision));
                part.close();
            }
        }
    }

    private static ByteBuffer narrowed(ByteBuffer values, ByteBuffer window, Precision precision) {
        window.order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            float value = values.getFloat();
            window.putShort(precision == Precision.F16 ? HalfFloats.toHalf(value) : HalfFloats.toBfloat16(value));
        }
        return window.flip();
    }

    private static void drain(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
