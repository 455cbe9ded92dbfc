package dev.latentstream.models.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.models.Reference;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.nn.MacCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformerPresetsTest {
    /** Table 2 of arXiv 2404.02883: parameters recounted from diffusers' class, GMACs as printed. */
    @ParameterizedTest
    @CsvSource({
        "pixart-xl, 610856096, 139",
        "pixart-h1152-d28, 607317152, 139",
        "pixart-h1536-d28, 1078715936, 247",
        "pixart-h1024-d28, 477969440, 110",
        "pixart-h1024-d56, 948276256, 220"
    })
    void aTransformerOfThePaperHasItsSize(String name, long parameters, long gigaMacs) {
        ModelCost size = Preset.named(name).cost();

        assertThat(size.parameters()).isEqualTo(parameters);
        assertThat(Math.round(size.macs() / 1e9)).isEqualTo(gigaMacs);
    }

    /** The printed 139 fits 77 tokens of T5's width; PixArt's own texts are longer. */
    @Test
    void thePublishedPixArtTakesMoreForItsOwnTexts() {
        PixArtTransformer2DModel network = new PixArtTransformer2DModel(PixArtPresets.published());

        long macs = MacCounter.count(pass -> network.forward(
                pass, pass.tensor(1, 4, 32, 32), new float[1], new Conditioning(pass.tensor(1, 120, 4096), null)));

        assertThat(Math.round(macs / 1e9)).isEqualTo(143);
    }

    /** Millions of parameters as arXiv 2209.12152 and 2412.12391 print them: S, S deep, M, L, H, and 2.3 billion. */
    @ParameterizedTest
    @CsvSource({
        "uvit-h512-d12-n8, 45",
        "uvit-h512-d16-n8, 58",
        "uvit-h768-d16-n12, 131",
        "uvit-h1024-d20-n16, 287",
        "uvit-h1152-d28-n16, 501",
        "uvit-h2048-d42-n16, 2344"
    })
    void aUViTHasItsSize(String name, long millions) {
        assertThat(Math.round(Preset.named(name).cost().parameters() / 1e6)).isEqualTo(millions);
    }

    /** Counted in the authors' network on the meta device ({@code tools/reference/uvit.py}). */
    @Test
    void aUViTTakesWhatItsAuthorsNetworkTakes() throws IOException {
        List<String> counted = Files.readAllLines(Reference.folder("uvit-names").resolve("sizes.csv"));

        assertThat(UViTPresets.all())
                .map(preset -> "%s,%d,%d"
                        .formatted(
                                preset.name(),
                                preset.cost().parameters(),
                                preset.cost().macs()))
                .isEqualTo(counted.subList(0, counted.size() - 1)); // the last has no name here
    }
}
