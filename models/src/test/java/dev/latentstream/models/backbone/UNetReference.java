package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.Reference;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.backbone.UNet2DConditionModel.BlockFamily;
import dev.latentstream.models.backbone.UNet2DConditionModel.Blocks;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.CrossAttention;
import dev.latentstream.models.backbone.UNet2DConditionModel.None;
import dev.latentstream.models.backbone.UNet2DConditionModel.Resolution;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A small UNet and its inputs and outputs, made by diffusers ({@code tools/reference/unet.py}). */
public final class UNetReference implements AutoCloseable {
    /** A network of two levels, for 2 latent channels and text states of width 6. */
    public static final Config TINY = new Config(
            2,
            2,
            List.of(new Resolution(8, 0), new Resolution(16, 1)),
            new Blocks(1, 4, BlockFamily.LATENT_DIFFUSION),
            new CrossAttention(8, 6, 1),
            new None());

    private static final float MASKED = -10_000; // what diffusers adds to the attention score of a masked token

    private final NDManager manager;
    private final Path folder;
    private final Safetensors file;

    public UNetReference(NDManager manager) throws IOException {
        this(manager, "unet");
    }

    /** @param name of the folder of the variant */
    public UNetReference(NDManager manager, String name) throws IOException {
        this.manager = manager;
        folder = Reference.folder(name);
        file = Safetensors.open(folder.resolve("reference.safetensors"));
    }

    static Path folder() {
        return Reference.folder("unet");
    }

    public static UNet2DConditionModel load(Path folder, NDManager manager) throws IOException {
        return (UNet2DConditionModel) BackboneFolder.load(folder, manager);
    }

    static Config config(Path folder) throws IOException {
        return ((UNet2DConditionModel) BackboneFolder.describe(folder)).config();
    }

    public UNet2DConditionModel network() throws IOException {
        return load(folder, manager);
    }

    public NDArray tensor(String name) throws IOException {
        return file.tensor(manager, name);
    }

    public float[] floats(String name) throws IOException {
        return tensor(name).toFloatArray();
    }

    public int[] steps(String name) throws IOException {
        long[] steps = tensor(name).toLongArray();
        return java.util.Arrays.stream(steps).mapToInt(Math::toIntExact).toArray();
    }

    /** Without a mask. */
    public Conditioning text(String name) throws IOException {
        return new Conditioning(tensor(name), null, added());
    }

    public static NDArray value(Layer network, String name) {
        return Objects.requireNonNull(network.weights().get(name), name).value();
    }

    /** With the reference's mask. */
    public Conditioning maskedText() throws IOException {
        float[] bias = floats("mask");
        for (int i = 0; i < bias.length; i++) {
            bias[i] = (1 - bias[i]) * MASKED;
        }
        return new Conditioning(tensor("text"), Torch.tensor(manager, bias, 2, 1, 1, bias.length / 2), added());
    }

    private @Nullable AddedConditioning added() throws IOException {
        if (!file.names().contains("pooled")) {
            return null;
        }
        int[] numbers = steps("sizes"); // (2, 6)
        return new AddedConditioning(tensor("pooled"), List.of(sizes(numbers, 0), sizes(numbers, 6)));
    }

    private static SizeConditioning sizes(int[] n, int at) {
        return new SizeConditioning(n[at], n[at + 1], n[at + 2], n[at + 3], n[at + 4], n[at + 5]);
    }

    /** The inputs of the network. */
    List<String> inputNames() {
        List<String> inputs = List.of("noisy", "steps", "text", "mask", "pooled", "sizes");
        return inputs.stream().filter(file.names()::contains).toList();
    }

    List<String> gradientNames() {
        return file.names().stream().filter(n -> n.startsWith("gradient.")).toList();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
