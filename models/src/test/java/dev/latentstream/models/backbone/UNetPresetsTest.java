package dev.latentstream.models.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.models.ShippedModels;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UNetPresetsTest {
    /** Table 1 of arXiv 2404.02883: parameters recounted from diffusers' class, GMACs as printed. */
    @ParameterizedTest
    @CsvSource({
        "sd2, 865910724, 86",
        "sd2-c512, 2191746564, 219",
        "if-xl-c512, 2040953860, 194",
        "if-xl, 3829567876, 364",
        "sdxl-c128, 423971332, 35",
        "sdxl-c192, 902336260, 75",
        "sdxl, 2391824644, 198",
        "sdxl-c384, 3402948100, 282",
        "sdxl-td2, 849373444, 98",
        "sdxl-td4, 1234986244, 123",
        "sdxl-td12, 2777437444, 223",
        "sdxl-td14, 3163050244, 248",
        "sdxl-td4_4, 1321930244, 143",
        "sdxl-td4_8, 2093155844, 193",
        "sdxl-td4_12, 2864381444, 243",
        "sdxl-c384-td4_12, 4072645636, 346"
    })
    void aUNetOfThePaperHasItsSize(String name, long parameters, long gigaMacs) {
        ModelCost size = Preset.named(name).cost();

        assertThat(size.parameters()).isEqualTo(parameters);
        assertThat(Math.round(size.macs() / 1e9)).isEqualTo(gigaMacs);
    }

    /** The published checkpoint: stabilityai/stable-diffusion-xl-base-1.0. */
    @ParameterizedTest
    @CsvSource({"sdxl-base, 2567463684, 1680"})
    void aPublishedUNetHasItsParametersAndTensors(String name, long parameters, int tensors) {
        UNet2DConditionModel network = new UNet2DConditionModel(UNetPresets.sdxlBase());

        assertThat(Preset.named(name).cost().parameters()).isEqualTo(parameters);
        assertThat(network.weights()).hasSize(tensors);
    }

    @Test
    void theShippedWeightsAreThoseOfTheShippedNetwork() throws IOException {
        Backbone shipped = ShippedModels.backbone(BackboneFolder::describe);

        assertThat(shipped.configuration())
                .isEqualTo(new UNet2DConditionModel(UNetPresets.shippedConfig()).configuration());
        assertThat(UNetPresets.shipped().cost().parameters()).isEqualTo(shipped.parameters());
    }
}
