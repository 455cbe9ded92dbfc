package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDManager;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.PipelineFolder;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import dev.latentstream.models.weights.TensorStore;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A backbone on disk as diffusers keeps one: {@code config.json}, whose {@code _class_name} tells which network it is, beside
 * {@code diffusion_pytorch_model.safetensors}. The folder of a whole pipeline stands for its {@code unet} or {@code transformer}.
 *
 * <p>What an original can configure and the network here cannot compute is refused by its name and value.
 */
public final class BackboneFolder {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    private BackboneFolder() {}

    /** Makes the network that a folder describes, with the weights that it holds. */
    public static Backbone load(Path folder, NDManager manager) throws IOException {
        return filled(describe(folder), folder, manager);
    }

    /** Makes the network that a folder describes, without values. */
    public static Backbone describe(Path folder) throws IOException {
        Path file = within(folder).resolve(CONFIG);
        ModelConfig json = ModelConfig.read(file);
        return switch (json.text("_class_name", "none")) {
            case "UNet2DConditionModel" -> new UNet2DConditionModel(UNetConfigFile.read(file));
            case PixArtConfigFile.CLASS, PixArtConfigFile.OLD_CLASS ->
                new PixArtTransformer2DModel(PixArtConfigFile.read(file));
            case UViTConfigFile.CLASS -> new UViT(UViTConfigFile.read(file));
            default ->
                throw json.fault("_class_name", "known are UNet2DConditionModel, PixArtTransformer2DModel and UViT");
        };
    }

    /** Writes a network and its configuration; the folder may hold an older one. */
    public static void save(Backbone network, Path folder, Precision precision) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(CONFIG), network.configuration());
        Weights.save(network, folder.resolve(WEIGHTS), Map.of("format", "pt"), precision);
    }

    public static TensorStore weights(Path folder) throws IOException {
        return TensorStore.open(within(folder).resolve(WEIGHTS));
    }

    /** The network's own folder. */
    public static Path within(Path folder) {
        return PipelineFolder.part(folder, "unet", "transformer");
    }

    static <B extends Backbone> B filled(B network, Path folder, NDManager manager) throws IOException {
        try (TensorStore file = weights(folder)) {
            Weights.load(network, manager, file);
        }
        return network;
    }
}
