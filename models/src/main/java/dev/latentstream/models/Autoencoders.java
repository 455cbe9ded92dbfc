package dev.latentstream.models;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
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

    private Autoencoders() {}

    /**
     * Loads an autoencoder: a diffusers folder ({@code config.json} and {@code diffusion_pytorch_model.safetensors}), or a
     * folder with TAESD's own {@code *_encoder.safetensors} and {@code *_decoder.safetensors}.
     *
     * @throws IOException where the folder holds neither, or a file is faulty; the message names the file and the tensor or key
     */
    public static Autoencoder load(Path folder, Device device) throws IOException {
        if (Files.exists(folder.resolve("config.json"))) {
            return diffusers(folder, device);
        }
        Path encoder = only(folder, ENCODER);
        return original(encoder, only(folder, DECODER), device);
    }

    private static Autoencoder diffusers(Path folder, Device device) throws IOException {
        ModelConfig json = ModelConfig.read(folder.resolve("config.json"));
        String kind = json.text("_class_name", "none");
        if (!kind.equals("AutoencoderTiny")) {
            throw json.fault("_class_name", "known is AutoencoderTiny");
        }
        AutoencoderTinyFiles.Described described = AutoencoderTinyFiles.describe(json);
        return loaded(
                described.config(),
                described.scale(),
                device,
                (network, manager) -> WeightFiles.load(
                        network,
                        manager,
                        folder.resolve("diffusion_pytorch_model.safetensors"),
                        UnaryOperator.identity()));
    }

    private static Autoencoder original(Path encoder, Path decoder, Device device) throws IOException {
        AutoencoderTiny.Config config = AutoencoderTinyFiles.infer(encoder, decoder);
        return loaded(config, LatentScale.none(config.latentChannels()), device, (network, manager) -> {
            WeightFiles.load(network.encoder(), manager, encoder, AutoencoderTinyFiles::originalEncoderName);
            WeightFiles.load(network.decoder(), manager, decoder, AutoencoderTinyFiles::originalDecoderName);
        });
    }

    private interface WeightSource {
        void load(AutoencoderTiny network, NDManager manager) throws IOException;
    }

    private static Autoencoder loaded(
            AutoencoderTiny.Config config, LatentScale scale, Device device, WeightSource weights) throws IOException {
        AutoencoderTiny network = new AutoencoderTiny(config);
        NDManager manager = LoadedAutoencoder.manager(device);
        try {
            weights.load(network, manager);
            return new LoadedAutoencoder<>(network, manager, config.downsampling(), scale, config.toString());
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
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
