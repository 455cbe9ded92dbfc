package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.weights.Safetensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** Files that the original implementation of a network made ({@code tools/reference}). */
public final class Reference implements AutoCloseable {
    private final NDManager manager;
    private final Safetensors file;

    /**
     * @param name of a folder of test resources with a model and {@code reference.safetensors}
     */
    public Reference(NDManager manager, String name) throws IOException {
        this(manager, name, "reference.safetensors");
    }

    public Reference(NDManager manager, String name, String values) throws IOException {
        this.manager = manager;
        file = Safetensors.open(folder(name).resolve(values));
    }

    public static Path folder(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(Reference.class.getResource(name)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public NDArray tensor(String name) throws IOException {
        return file.tensor(manager, name);
    }

    /** Images (B, 3, H, W). */
    public ImageBatch images(String name) throws IOException {
        NDArray tensor = tensor(name);
        return new ImageBatch(
                (int) tensor.getShape().get(0),
                (int) tensor.getShape().get(2),
                (int) tensor.getShape().get(3),
                tensor.toFloatArray());
    }

    /** Every value within 1e-4 of the greatest expected one. */
    public void assertAgrees(float[] actual, String expected) throws IOException {
        float[] values = tensor(expected).toFloatArray();
        assertThat(actual).hasSameSizeAs(values);
        float greatest = 0;
        double difference = 0;
        for (int i = 0; i < values.length; i++) {
            greatest = Math.max(greatest, Math.abs(values[i]));
            difference = Math.max(difference, Math.abs(values[i] - actual[i]));
        }
        assertThat(difference).isLessThan(1e-4 * greatest);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
