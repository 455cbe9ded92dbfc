package dev.latentstream.models;

import ai.djl.Device;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.autoencoder.Autoencoders;
import dev.latentstream.models.backbone.UNetPresets;
import dev.latentstream.models.caption.CaptioningNetwork;
import dev.latentstream.models.weights.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The networks that are shipped with the program, trained on drawn scenes by {@code latentstream models pretrain}. */
public final class ShippedModels {
    private static final List<String> VAE = List.of("config.json", "diffusion_pytorch_model.safetensors");
    private static final List<String> CAPTIONER =
            List.of("config.json", "preprocessor_config.json", "vocab.txt", "model.safetensors");

    private static final List<String> UNET =
            List.of("unet/config.json", "unet/diffusion_pytorch_model.safetensors", "scheduler/scheduler_config.json");

    /** Name of the shipped backbone. */
    public static final String BACKBONE = UNetPresets.SHIPPED;

    private ShippedModels() {}

    /** An autoencoder: downsampling 4, 4 channels. */
    public static Autoencoder vae(Device device) throws IOException {
        return unpacked("scenes-vae", VAE, folder -> Autoencoders.load(folder, device));
    }

    /** A captioner of drawn scenes. */
    public static CaptioningNetwork captioner(Device device) throws IOException {
        return unpacked("scenes-captioner", CAPTIONER, folder -> CaptioningNetwork.load(folder, device));
    }

    /**
     * Loads the backbone for latents of {@link #vae} and texts of {@link dev.latentstream.models.text.MiniLmEncoder}.
     *
     * @param loading loads from a pipeline's folder, which is deleted when it returns
     */
    public static <M> M backbone(Loading<M> loading) throws IOException {
        return unpacked(BACKBONE, UNET, loading);
    }

    /** Loads something from the folder of a network. */
    @FunctionalInterface
    public interface Loading<M> {
        M from(Path folder) throws IOException;
    }

    /** Loaders read files of a folder, so resources are copied into a temporary one first. */
    private static <M> M unpacked(String name, List<String> files, Loading<M> loading) throws IOException {
        Path folder = Files.createTempDirectory("latentstream-" + name);
        try {
            for (String file : files) {
                try (InputStream resource = ShippedModels.class.getResourceAsStream(name + "/" + file)) {
                    if (resource == null) {
                        throw new IOException("the program's own file %s/%s is missing".formatted(name, file));
                    }
                    Path target = folder.resolve(file);
                    Files.createDirectories(target.toAbsolutePath().getParent());
                    Files.copy(resource, target);
                }
            }
            return loading.from(folder);
        } finally {
            Folders.delete(folder);
        }
    }
}
