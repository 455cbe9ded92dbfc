package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.autoencoder.Autoencoders;
import dev.latentstream.models.caption.CaptioningNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics, checkpoints and captions carry the ids of models: another id for the same model would refuse or repeat them. */
class ModelIdsTest {
    @Test
    void theShippedNetworksKeepTheirIds() throws IOException {
        try (Autoencoder vae = ShippedModels.vae(Device.cpu());
                CaptioningNetwork captioner = ShippedModels.captioner(Device.cpu())) {
            assertThat(vae.id()).isEqualTo("33a381cb1862561a94d0162fef4b2fd27d8106b4e0326a736918f311a607ade7");
            assertThat(captioner.id())
                    .isEqualTo("blip-0982ef30a44b9c2b249255b7fbb2352850420f4b33ce66ac0b40083e880eaf69");
        }
    }

    @Test
    void theIdOfACaptionerCoversItsTokenizer(@TempDir Path folder) throws IOException {
        String id = idOf(Reference.folder("blip"));
        try (Stream<Path> files = Files.list(Reference.folder("blip"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        List<String> words = new ArrayList<>(Files.readAllLines(folder.resolve("vocab.txt")));
        Collections.swap(words, words.size() - 1, words.size() - 2);
        Files.write(folder.resolve("vocab.txt"), words);

        assertThat(idOf(folder)).isNotEqualTo(id).startsWith("blip-");
    }

    private static String idOf(Path folder) throws IOException {
        try (CaptioningNetwork captioner = CaptioningNetwork.load(folder, Device.cpu())) {
            return captioner.id();
        }
    }

    @Test
    void autoencodersKeepTheirIds() throws IOException {
        try (Autoencoder tiny = Autoencoders.load(Reference.folder("autoencoder-tiny"), Device.cpu());
                Autoencoder kl = Autoencoders.load(Reference.folder("autoencoder-kl"), Device.cpu())) {
            assertThat(tiny.id()).isEqualTo("b4d10916e7a7e88d841f9a21e1f41ddbef9c98fb63fadc78a49666ee417a89f8");
            assertThat(kl.id()).isEqualTo("b0827782447f01f906a2cdc40767f5b4d880e0e07d197f2c303ba8035feaccdb");
        }
    }
}
