package dev.latentstream.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;

/** Initialises, loads and saves the weights of a network. */
public final class Weights {
    private Weights() {}

    /** Draws every weight; the same seed gives the same values on every machine, whatever the order of the layers. */
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
     * @throws IOException where a weight is missing, unexpected or of another shape; the message names it
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
     * @param spare whether a surplus tensor of the file is ignored
     */
    static void load(
            Layer network, NDManager manager, TensorStore file, UnaryOperator<String> naming, Predicate<String> spare)
            throws IOException {
        Map<String, Weight> targets = new LinkedHashMap<>();
        network.weights().forEach((name, weight) -> targets.put(naming.apply(name), weight));
        check(file, targets, Weight::shape, spare);
        for (Map.Entry<String, Weight> target : targets.entrySet()) {
            NDArray value = file.tensor(manager, target.getKey());
            requireFinite(file, target.getKey(), value);
            set(target.getValue(), value);
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
     * Copies the tensors of a file into those of the same names.
     *
     * @throws IOException where one is missing, unexpected or of another shape; the message names it
     */
    public static void restore(Map<String, NDArray> targets, TensorStore file) throws IOException {
        check(file, targets, NDArray::getShape, name -> false);
        for (Map.Entry<String, NDArray> entry : targets.entrySet()) {
            NDArray target = entry.getValue();
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                List<NDArray> values = List.of(file.tensor(target.getManager(), entry.getKey()));
                Torch.withoutGradients(() -> {
                    Torch.copy(List.of(target), values);
                    return target;
                });
            }
        }
    }

    /** Names and shapes must agree before anything is read. */
    private static <T> void check(
            TensorStore file, Map<String, T> targets, Function<T, Shape> shapeOf, Predicate<String> spare)
            throws IOException {
        Set<String> unexpected = new TreeSet<>(file.names());
        for (Map.Entry<String, T> target : targets.entrySet()) {
            String name = target.getKey();
            if (!unexpected.remove(name)) {
                throw new IOException("%s: missing: %s".formatted(file.path(), name));
            }
            Shape expected = shapeOf.apply(target.getValue());
            if (!file.shape(name).equals(expected)) {
                throw new IOException("%s: %s has the shape %s; expected %s"
                        .formatted(file.path(), name, file.shape(name), expected));
            }
        }
        unexpected.removeIf(spare);
        if (!unexpected.isEmpty()) {
            throw new IOException("%s: unexpected: %s".formatted(file.path(), unexpected));
        }
    }

    /** Of a damaged file every result would be NaN. */
    private static void requireFinite(TensorStore file, String name, NDArray values) throws IOException {
        if (values.size() == 0) {
            return;
        }
        for (NDArray extreme : List.of(values.min(), values.max())) {
            try (extreme) {
                if (!Float.isFinite(extreme.getFloat())) {
                    throw new IOException("%s: %s has the value %s; weights must be finite"
                            .formatted(file.path(), name, extreme.getFloat()));
                }
            }
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
