package dev.latentstream.models.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MacCounterTest {
    @Test
    void aLinearLayerMultipliesEachInputByEachWeight() {
        Linear layer = Linear.of(7, 5);

        assertThat(MacCounter.count(pass -> layer.forward(pass, pass.tensor(2, 3, 7))))
                .isEqualTo(2 * 3 * 7 * 5);
    }

    @ParameterizedTest
    @CsvSource({"3, 1, 9, 6", "3, 2, 5, 3", "1, 1, 9, 6"})
    void aConvolutionMultipliesAtEachPixelOfItsResult(int kernel, int stride, int height, int width) {
        Conv layer = Conv.strided(4, 8, kernel, stride);

        assertThat(MacCounter.count(pass -> layer.forward(pass, pass.tensor(2, 4, 9, 6))))
                .isEqualTo(2L * height * width * 4 * 8 * kernel * kernel);
    }

    @Test
    void everyOperatorOfABlockReturnsItsShape() {
        GroupNorm groupNorm = new GroupNorm(2, 4, 1e-5);
        LayerNorm layerNorm = new LayerNorm(4, 1e-5);

        long macs = MacCounter.count(pass -> {
            NDArray x = groupNorm.forward(pass, Torch.silu(pass.tensor(2, 4, 3, 3)));
            NDArray h = layerNorm.forward(pass, x.reshape(2, 4, 9).swapAxes(1, 2));
            NDArray q = Heads.split(h, 2);
            NDArray y = Heads.join(Torch.attention(q, q, q)).add(h);
            NDArray picked = Torch.embedding(pass.indices(2, 9), pass.tensor(11, 4));
            assertThat(picked.getShape()).isEqualTo(y.getShape());
            NDArray times = SinusoidalEmbedding.of(y.getManager(), new float[] {1, 2}, 4);
            return y.add(picked).add(times.expandDims(1));
        });

        assertThat(macs).isZero();
    }

    @Test
    void refusesAnImageOfOtherChannels() {
        Conv layer = Conv.of(4, 8, 3);

        assertThatThrownBy(() -> MacCounter.count(pass -> layer.forward(pass, pass.tensor(1, 5, 2, 2))))
                .hasMessage("a convolution of (1, 5, 2, 2) by (8, 4, 3, 3)");
    }
}
