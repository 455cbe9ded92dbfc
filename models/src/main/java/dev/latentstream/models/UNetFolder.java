package dev.latentstream.models;

import ai.djl.ndarray.NDManager;
import dev.latentstream.models.SafetensorsWriter.Precision;
import dev.latentstream.models.UNet2DConditionModel.Config;
import java.io.IOException;
import java.nio.file.Path;

/** A {@link BackboneFolder} that holds a UNet. */
public final class UNetFolder {
    private UNetFolder() {}

    /** Makes the network that a folder describes, with the weights that it holds. */
    public static UNet2DConditionModel load(Path folder, NDManager manager) throws IOException {
        return BackboneFolder.filled(new UNet2DConditionModel(config(folder)), folder, manager);
    }

    /** Writes a network and its configuration; the folder may hold an older one. */
    public static void save(UNet2DConditionModel network, Path folder, Precision precision) throws IOException {
        BackboneFolder.save(network, folder, precision);
    }

    static TensorStore weights(Path folder) throws IOException {
        return BackboneFolder.weights(folder);
    }

    /** Reads the configuration alone. */
    public static Config config(Path folder) throws IOException {
        return UNetConfigFile.read(folder.resolve("config.json"));
    }
}
