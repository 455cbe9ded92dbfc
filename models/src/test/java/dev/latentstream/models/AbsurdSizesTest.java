package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.autoencoder.Autoencoders;
import dev.latentstream.models.backbone.BackboneFolder;
import dev.latentstream.models.caption.CaptioningNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations with sizes for which no memory suffices: a damaged file, or one of a stranger. */
class AbsurdSizesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "autoencoder-kl, latent_channels, 4, 16777216 is",
        "autoencoder-kl, layers_per_block, 1, 1000 layers are",
        "uvit, in_chans, 3, 16777216 is",
        "uvit, depth, 4, 1000 layers are",
        "pixart, num_layers, 2, 1000 layers are",
        "blip, num_hidden_layers, 2, 1000 layers are"
    })
    void theKeyAndTheBoundAreNamed(String model, String key, String value, String bound) throws IOException {
        copy(model);
        Path config = folder.resolve("config.json");
        String absurd = bound.contains("layers") ? "1001" : "1000000000";
        String changed = Files.readString(config)
                .replace("\"%s\": %s,".formatted(key, value), "\"%s\": %s,".formatted(key, absurd));
        Files.writeString(config, changed);

        assertThatThrownBy(loading(model))
                .isInstanceOf(IOException.class)
                .hasMessage("%s: %s is %s; at most %s read", config, key, absurd, bound);
    }

    private ThrowingCallable loading(String model) {
        return switch (model) {
            case "autoencoder-kl" ->
                () -> Autoencoders.load(folder, Device.cpu()).close();
            case "blip" -> () -> CaptioningNetwork.load(folder, Device.cpu()).close();
            default ->
                () -> {
                    try (NDManager manager = NDManager.newBaseManager()) {
                        Object unused = BackboneFolder.load(folder, manager);
                    }
                };
        };
    }

    private void copy(String model) throws IOException {
        try (Stream<Path> files = Files.list(Reference.folder(model))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName().toString()));
            }
        }
    }
}
