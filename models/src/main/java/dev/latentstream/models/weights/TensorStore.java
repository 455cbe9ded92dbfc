package dev.latentstream.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Tensors by name, on disk: one safetensors file, or several with an index. */
public sealed interface TensorStore extends AutoCloseable permits Safetensors, ShardedSafetensors {
    /** The file or the index, for messages. */
    Path path();

    /** Names in the order of the data. */
    Set<String> names();

    /** Shape of a tensor. */
    Shape shape(String name);

    /** A tensor on the manager's device: FLOAT32 whatever the file's precision, or INT64 for I64. */
    NDArray tensor(NDManager manager, String name) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * Opens the weights of a model as hubs store them: {@code NAME.safetensors}, or in its place {@code NAME.safetensors.index.json}
     * with its shards, or the half-precision {@code NAME.fp16.safetensors}.
     *
     * @param path of {@code NAME.safetensors}, or an index
     * @throws IOException where there is none, or it is invalid; the message names the file and the fault
     */
    static TensorStore open(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(ShardedSafetensors.INDEX)) {
            return ShardedSafetensors.open(path);
        } else if (Files.isRegularFile(path) || Safetensors.isPickled(path)) {
            return Safetensors.open(path);
        }
        Path index = path.resolveSibling(name + ShardedSafetensors.INDEX);
        if (Files.isRegularFile(index)) {
            return ShardedSafetensors.open(index);
        }
        String stem = name.replaceFirst("\\.safetensors$", "");
        Path half = path.resolveSibling(stem + ".fp16.safetensors");
        if (Files.isRegularFile(half)) {
            return Safetensors.open(half);
        }
        for (String pickled : List.of(stem + ".bin", "pytorch_model.bin", stem + ".pt", stem + ".ckpt")) {
            Path other = path.resolveSibling(pickled);
            if (Files.isRegularFile(other)) {
                return Safetensors.open(other); // whose message names the remedy
            }
        }
        throw new IOException(path + ": no such file");
    }
}
