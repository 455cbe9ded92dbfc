package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.UNet2DConditionModel.Text;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A tiny UNet and its inputs and outputs, made by diffusers ({@code tools/reference/unet.py}). */
final class UNetReference implements AutoCloseable {
    private final NDManager manager;
    private final Safetensors file;

    UNetReference(NDManager manager) throws IOException {
        this.manager = manager;
        file = Safetensors.open(folder().resolve("reference.safetensors"));
    }

    static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(UNetReference.class.getResource("unet"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    UNet2DConditionModel network() throws IOException {
        return UNetFolder.load(folder(), manager);
    }

    NDArray tensor(String name) throws IOException {
        return file.tensor(manager, name);
    }

    float[] floats(String name) throws IOException {
        return tensor(name).toFloatArray();
    }

    int[] steps(String name) throws IOException {
        long[] steps = tensor(name).toLongArray();
        return java.util.Arrays.stream(steps).mapToInt(Math::toIntExact).toArray();
    }

    Text text(String name) throws IOException {
        return new Text(tensor(name), null);
    }

    static NDArray value(Layer network, String name) {
        return Objects.requireNonNull(network.weights().get(name), name).value();
    }

    /** The text with the mask of diffusers: its bias is -10000 for what does not count. */
    Text maskedText() throws IOException {
        float[] bias = floats("mask");
        for (int i = 0; i < bias.length; i++) {
            bias[i] = (1 - bias[i]) * -10000;
        }
        return new Text(tensor("text"), Torch.tensor(manager, bias, 2, 1, 1, bias.length / 2));
    }

    List<String> gradientNames() {
        return file.names().stream().filter(n -> n.startsWith("gradient.")).toList();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
