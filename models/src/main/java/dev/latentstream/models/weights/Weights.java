package dev.latentstream.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;

/** Gives the weights of a network their values: from a seed or from a file. */
public final class Weights {
    private Weights() {}

    /** Draws every weight; the same seed gives the same values on every machine, whatever the order of the parts. */
    public static void initialise(Layer network, NDManager manager, long seed) {
        network.weights().forEach((name, weight) -> {
            SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + checksum(name));
            set(
                    weight,
                    Torch.tensor(
                            manager,
                            memory -> weight.init().fill(memory, random),
                            weight.shape().getShape()));
        });
    }

    /**
     * Loads every weight by name.
     *
     * @throws IOException where the file lacks a weight, holds one too many or of another shape; the message names it
     */
    public static void load(Layer network, NDManager manager, TensorStore file) throws IOException {
        load(network, manager, file, UnaryOperator.identity());
    }

    /**
     * Loads every weight by the name that the file has for it.
     *
     * @param naming from a weight's name in the network to its name in the file
     */
    public static void load(Layer network, NDManager manager, TensorStore file, UnaryOperator<String> naming)
            throws IOException {
        load(network, manager, file, naming, name -> false);
    }

    /**
     * Loads every weight by the name that the file has for it.
     *
     * @param naming from a weight's name in the network to its name in the file
     * @param spare whether a tensor of the file may be left over
     */
    static void load(
            Layer network, NDManager manager, TensorStore file, UnaryOperator<String> naming, Predicate<String> spare)
            throws IOException {
        Set<String> left = new TreeSet<>(file.names());
        for (Map.Entry<String, Weight> entry : network.weights().entrySet()) {
            String name = naming.apply(entry.getKey());
            if (!left.remove(name)) {
                throw new IOException("%s: missing: %s".formatted(file.path(), name));
            }
            Weight weight = entry.getValue();
            if (!file.shape(name).equals(weight.shape())) {
                throw new IOException("%s: %s has the shape %s; the network's is %s"
                        .formatted(file.path(), name, file.shape(name), weight.shape()));
            }
            set(weight, file.tensor(manager, name));
        }
        left.removeIf(spare);
        if (!left.isEmpty()) {
            throw new IOException("%s: not part of the network: %s".formatted(file.path(), left));
        }
    }

    /** Writes every weight by name. */
    public static void save(Layer network, Path path, Map<String, String> metadata, Precision precision)
            throws IOException {
        Map<String, NDArray> values = new LinkedHashMap<>();
        network.weights().forEach((name, weight) -> values.put(name, weight.value()));
        SafetensorsWriter.write(path, values, metadata, precision);
    }

    /**
     * Copies tensors of a file over those of the same names.
     *
     * @throws IOException where the file lacks one, holds one too many or of another shape
     */
    public static void restore(Map<String, NDArray> targets, TensorStore file) throws IOException {
        Set<String> left = new TreeSet<>(file.names());
        for (Map.Entry<String, NDArray> entry : targets.entrySet()) {
            String name = entry.getKey();
            NDArray target = entry.getValue();
            if (!left.remove(name)) {
                throw new IOException("%s: missing: %s".formatted(file.path(), name));
            }
            if (!file.shape(name).equals(target.getShape())) {
                throw new IOException("%s: %s has the shape %s; here it is %s"
                        .formatted(file.path(), name, file.shape(name), target.getShape()));
            }
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                List<NDArray> values = List.of(file.tensor(target.getManager(), name));
                Torch.withoutGradients(() -> {
                    Torch.copy(List.of(target), values);
                    return target;
                });
            }
        }
        if (!left.isEmpty()) {
            throw new IOException("%s: not part of this: %s".formatted(file.path(), left));
        }
    }

    private static void set(Weight weight, NDArray value) {
        NDScope.unregister(value);
        weight.set(value);
    }

    private static long checksum(String name) {
        CRC32 checksum = new CRC32();
        checksum.update(name.getBytes(StandardCharsets.UTF_8));
        return checksum.getValue();
    }
}
