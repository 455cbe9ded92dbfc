package dev.latentstream.models.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCostTest {
    /** At the shapes of its paper a network has the cost that the list of named networks gives. */
    @ParameterizedTest
    @CsvSource({"sd2, 4, 77, 1024, 1", "pixart-xl, 4, 77, 4096, 1", "uvit-h512-d12-n8, 4, 77, 1024, 1"})
    void aNetworkCostsWhatItsPresetDoes(String name, int channels, int tokens, int width, int pooled) {
        Preset preset = Preset.named(name);
        Backbone network = preset.scaled(ModelSize.FULL, new BackboneShape(channels, 32, width, tokens, pooled));

        assertThat(ModelCost.of(network, 32, 32, tokens, pooled)).isEqualTo(preset.cost());
    }

    /** Texts and time cost the same for every latent, the rest in proportion to its size. */
    @Test
    void theCostOfAConvolutionalNetworkGrowsEvenlyWithTheLatent() {
        Backbone network = Preset.named("sd2").scaled(ModelSize.TINY, new BackboneShape(4, 32, 384, 48, 384));

        ModelCost quarter = ModelCost.of(network, 16, 16, 48, 384);
        ModelCost half = ModelCost.of(network, 16, 32, 48, 384);
        ModelCost whole = ModelCost.of(network, 32, 32, 48, 384);

        assertThat(whole.macs() - half.macs()).isEqualTo(2 * (half.macs() - quarter.macs()));
        assertThat(whole.parameters()).isEqualTo(quarter.parameters());
        assertThat(whole.trainingMacs()).isEqualTo(3 * whole.macs());
    }
}
