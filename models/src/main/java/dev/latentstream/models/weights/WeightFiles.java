package dev.latentstream.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Weight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Loads a network from a file, or from shards with an index ({@link TensorStore#open}); every fault names the file. */
public final class WeightFiles {
    private WeightFiles() {}

    /**
     * Loads a network from a file that contains exactly its tensors.
     *
     * @param naming from a weight's name in the network to its name in the file
     */
    public static void load(Layer network, NDManager manager, Path path, UnaryOperator<String> naming)
            throws IOException {
        load(network, manager, path, naming, name -> false);
    }

    /**
     * Loads a network from a file.
     *
     * @param naming from a weight's name in the network to its name in the file
     * @param spare whether a surplus tensor of the file is ignored
     */
    public static void load(
            Layer network, NDManager manager, Path path, UnaryOperator<String> naming, Predicate<String> spare)
            throws IOException {
        try (TensorStore file = TensorStore.open(path)) {
            Weights.load(network, manager, file, naming, spare);
        }
    }

    /**
     * Refuses a file whose tensor of this name, if it has one, differs from a weight that is tied to it here.
     *
     * @param weight already loaded from the same file
     */
    public static void requireTied(NDManager manager, Path path, String name, Weight weight) throws IOException {
        try (TensorStore file = TensorStore.open(path)) {
            if (file.names().contains(name)) {
                try (NDArray own = file.tensor(manager, name)) {
                    if (!own.contentEquals(weight.value())) {
                        throw new IOException(
                                "%s: %s is not that of the embeddings; supported is a tied head".formatted(path, name));
                    }
                }
            }
        }
    }

    /** Returns whether a file, or one of its shards, contains a tensor. */
    public static boolean contains(Path path, String name) throws IOException {
        try (TensorStore file = TensorStore.open(path)) {
            return file.names().contains(name);
        }
    }
}
