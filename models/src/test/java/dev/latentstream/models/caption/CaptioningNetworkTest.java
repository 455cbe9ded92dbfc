package dev.latentstream.models.caption;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.latentstream.models.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptioningNetworkTest {
    @TempDir
    private Path folder;

    @Test
    void aModelOfAnotherKindIsRefusedWithTheSupportedKinds() throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"git\"}");

        assertThatThrownBy(() -> CaptioningNetwork.load(folder, Device.cpu()))
                .isInstanceOf(IOException.class)
                .hasMessage(config + ": model_type is \"git\"; supported are blip and blip-2");
    }

    @Test
    void aNormalizationWithoutThreeChannelsIsRefusedWithItsFile() throws IOException {
        for (String file : new String[] {"config.json", "model.safetensors", "vocab.txt"}) {
            Files.copy(Reference.folder("blip").resolve(file), folder.resolve(file));
        }
        Path scale = Files.writeString(
                folder.resolve("preprocessor_config.json"), "{\"image_mean\": [0.5], \"image_std\": [0.5, 0.5, 0.5]}");

        assertThatThrownBy(() -> CaptioningNetwork.load(folder, Device.cpu()))
                .isInstanceOf(IOException.class)
                .hasMessage(scale + ": means [0.5] and deviations [0.5, 0.5, 0.5]: 3 each are needed");
    }
}
