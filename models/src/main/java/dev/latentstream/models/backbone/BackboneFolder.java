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
 * A backbone on disk in diffusers' layout: {@code config.json}, whose {@code _class_name} names the network, and
 * {@code diffusion_pytorch_model.safetensors}. Of a whole pipeline's folder, {@code unet} or {@code transformer} is read.
 *
 * <p>Settings of the original that the network here cannot compute are refused by name and value.
 */
public final class BackboneFolder {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    private BackboneFolder() {}

    /** Loads the network of a folder with its weights. */
    public static Backbone load(Path folder, NDManager manager) throws IOException {
        return filled(describe(folder), folder, manager);
    }

    /** Reads the configuration of a folder and makes its network, without values. */
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

    /** Writes a network and its configuration, over an older one if there is any. */
    public static void save(Backbone network, Path folder, Precision precision) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(CONFIG), network.configuration());
        Weights.save(network, folder.resolve(WEIGHTS), Map.of("format", "pt"), precision);
    }

    public static TensorStore weights(Path folder) throws IOException {
        return TensorStore.open(within(folder).resolve(WEIGHTS));
    }

    /** The network's own folder within that of a pipeline. */
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
