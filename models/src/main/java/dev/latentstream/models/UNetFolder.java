package dev.latentstream.models;

import ai.djl.ndarray.NDManager;
import dev.latentstream.models.SafetensorsWriter.Precision;
import dev.latentstream.models.UNet2DConditionModel.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A UNet on disk as diffusers keeps one: {@code config.json} beside {@code diffusion_pytorch_model.safetensors}.
 *
 * <p>What diffusers can configure and this network cannot compute is refused by its name and value.
 */
public final class UNetFolder {
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    private UNetFolder() {}

    /** Makes the network that a folder describes, with the weights that it holds. */
    public static UNet2DConditionModel load(Path folder, NDManager manager) throws IOException {
        UNet2DConditionModel network = new UNet2DConditionModel(config(folder));
        try (TensorStore file = weights(folder)) {
            Weights.load(network, manager, file);
        }
        return network;
    }

    /** Writes a network and its configuration; the folder may hold an older one. */
    public static void save(UNet2DConditionModel network, Path folder, Precision precision) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(CONFIG), UNetConfigFile.json(network.config()));
        Weights.save(network, folder.resolve(WEIGHTS), Map.of("format", "pt"), precision);
    }

    static TensorStore weights(Path folder) throws IOException {
        return TensorStore.open(folder.resolve(WEIGHTS));
    }

    /** Reads the configuration alone. */
    public static Config config(Path folder) throws IOException {
        return UNetConfigFile.read(folder.resolve(CONFIG));
    }
}
