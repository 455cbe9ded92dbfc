package dev.latentstream.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
     * with its shards, or a variant in another precision: {@code NAME.fp16.safetensors}, {@code NAME.safetensors.index.fp16.json}.
     *
     * @param path of {@code NAME.safetensors}, or an index
     * @throws IOException where there is none, or it is invalid; the message names the file and the fault
     */
    static TensorStore open(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        if (name.matches(".*\\.index(\\.\\w+)?\\.json")) {
            return ShardedSafetensors.open(path);
        } else if (Files.isRegularFile(path) || Safetensors.isPickled(path)) {
            return Safetensors.open(path);
        }
        String stem = name.replaceFirst("\\.safetensors$", "");
        List<String> places = new ArrayList<>(List.of(name + ".index.json"));
        for (String variant : List.of("fp32", "fp16", "bf16")) { // the same values in another precision
            places.add("%s.%s.safetensors".formatted(stem, variant));
            places.add("%s.index.%s.json".formatted(name, variant));
        }
        for (String place : places) {
            if (Files.isRegularFile(path.resolveSibling(place))) {
                return open(path.resolveSibling(place));
            }
        }
        throw absent(path, stem);
    }

    /** The fault of pickled weights where there are only those, else of a missing file. */
    private static IOException absent(Path path, String stem) throws IOException {
        ModelFiles.refuseFolder(path);
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null && Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                Optional<Path> pickled = files.filter(Safetensors::isPickled)
                        .filter(file -> isPart(file, stem) || isPart(file, "pytorch_model"))
                        .min(Comparator.naturalOrder());
                if (pickled.isPresent()) {
                    return Safetensors.pickled(path.resolveSibling(pickled.get().getFileName()));
                }
            }
        }
        return new IOException(path + ": no such file");
    }

    private static boolean isPart(Path file, String stem) {
        return String.valueOf(file.getFileName()).startsWith(stem);
    }
}
