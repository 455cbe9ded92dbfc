package dev.latentstream.models.autoencoder;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.ModelLoader;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.PipelineFolder;
import dev.latentstream.models.weights.WeightFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Loads autoencoders from folders of the layouts in which they are published. */
public final class Autoencoders {
    private static final String ENCODER = "_encoder.safetensors";
    private static final String DECODER = "_decoder.safetensors";

    /** Pixels: SDXL's own size, so that its images are not tiled. */
    private static final int LARGEST_TILE = 1024;

    private Autoencoders() {}

    /**
     * Loads an autoencoder.
     *
     * <p>The folder is one of diffusers ({@code config.json} and {@code diffusion_pytorch_model.safetensors}) with an {@code AutoencoderKL}
     * or {@code AutoencoderTiny}, one with TAESD's own {@code *_encoder.safetensors} and {@code *_decoder.safetensors}, or that of a whole
     * pipeline. An {@code AutoencoderKL} processes images with a side of more than 1024 pixels in tiles.
     *
     * @throws IOException if the folder has neither layout or a file is faulty; the message names the file and the tensor or key
     */
    public static Autoencoder load(Path path, Device device) throws IOException {
        Path folder = PipelineFolder.part(path, "vae");
        if (Files.exists(folder.resolve("config.json"))) {
            return diffusers(folder, device);
        }
        Path encoder = only(folder, ENCODER);
        return original(encoder, only(folder, DECODER), device);
    }

    private static Autoencoder diffusers(Path folder, Device device) throws IOException {
        ModelConfig json = ModelConfig.read(folder.resolve("config.json"));
        Path weights = folder.resolve("diffusion_pytorch_model.safetensors");
        return switch (json.text("_class_name", "none")) {
            case "AutoencoderTiny" -> tiny(AutoencoderTinyFiles.describe(json), weights, device);
            case "AutoencoderKL" -> kl(AutoencoderKLFiles.describe(json), weights, device);
            default -> throw json.fault("_class_name", "known are AutoencoderKL and AutoencoderTiny");
        };
    }

    private static Autoencoder tiny(AutoencoderTinyFiles.LoadedConfig loaded, Path weights, Device device)
            throws IOException {
        AutoencoderTiny.Config config = loaded.config();
        Form form = new Form(config.downsampling(), loaded.scale(), config.toString());
        return loaded(
                new AutoencoderTiny(config),
                form,
                device,
                (network, manager) -> WeightFiles.load(network, manager, weights, UnaryOperator.identity()));
    }

    private static Autoencoder kl(AutoencoderKLFiles.LoadedConfig loaded, Path weights, Device device)
            throws IOException {
        AutoencoderKL.Config config = loaded.config();
        Tiling tiling = new Tiling(LARGEST_TILE, config.downsampling());
        Form form = new Form(config.downsampling(), loaded.scale(), config + "; " + tiling);
        return loaded(
                new AutoencoderKL(config, tiling),
                form,
                device,
                (network, manager) -> AutoencoderKLFiles.load(network, manager, weights));
    }

    private static Autoencoder original(Path encoder, Path decoder, Device device) throws IOException {
        AutoencoderTiny.Config config = AutoencoderTinyFiles.infer(encoder, decoder);
        Form form =
                new Form(config.downsampling(), LatentNormalization.none(config.latentChannels()), config.toString());
        return loaded(new AutoencoderTiny(config), form, device, (network, manager) -> {
            WeightFiles.load(network.encoder(), manager, encoder, AutoencoderTinyFiles::originalEncoderName);
            WeightFiles.load(network.decoder(), manager, decoder, AutoencoderTinyFiles::originalDecoderName);
        });
    }

    /** Everything but the weights that determines the latents. */
    private record Form(int downsampling, LatentNormalization scale, String configuration) {}

    private interface WeightSource<N> {
        void load(N network, NDManager manager) throws IOException;
    }

    private static <N extends Layer & AutoencoderNetwork> Autoencoder loaded(
            N network, Form form, Device device, WeightSource<N> weights) throws IOException {
        return ModelLoader.load(device, () -> {}, manager -> {
            weights.load(network, manager);
            return new LoadedAutoencoder<>(network, manager, form.downsampling(), form.scale(), form.configuration());
        });
    }

    private static Path only(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": not a folder");
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(f -> f.getFileName().toString().endsWith(ending))
                    .sorted()
                    .toList();
            if (found.size() != 1) {
                throw new IOException(
                        "%s: %d files *%s and no config.json; expected a diffusers folder, or one encoder and one decoder"
                                .formatted(folder, found.size(), ending));
            }
            return found.get(0);
        }
    }
}
