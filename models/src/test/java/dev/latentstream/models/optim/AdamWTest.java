package dev.latentstream.models.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.nn.Weight;
import dev.latentstream.models.weights.Weights;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdamWTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void followsThePapersEquations() {
        Vector vector = new Vector();
        Weights.initialise(vector, manager, 1);
        double[] expected = doubles(vector.values.value());
        double[] mean = new double[3];
        double[] square = new double[3];
        AdamW.Config config = new AdamW.Config(0.9, 0.99, 1e-8, 0.1, 1.0);
        try (AdamW optimiser = new AdamW(vector, config)) {
            for (int step = 1; step <= 5; step++) {
                optimiser.zeroGradients();
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    // the gradient of the sum of squares is twice the value
                    NDArray x = vector.values.value();
                    Torch.backward(() -> x.mul(x).sum());
                    optimiser.step(0.05);
                }
                update(expected, mean, square, step);
            }
        }

        double[] actual = doubles(vector.values.value());
        for (int i = 0; i < 3; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-5));
        }
    }

    @Test
    void refusesABetaOfOne() {
        assertThatThrownBy(() -> new AdamW.Config(1.0, 0.999, 1e-8, 0, 1)).hasMessage("beta1 1.0 is out of range");
    }

    /** Algorithm 2 of arXiv 1711.05101 in doubles, the gradient scaled to norm 1 where it is longer. */
    private static void update(double[] x, double[] mean, double[] square, int step) {
        double norm = 0;
        for (double value : x) {
            norm += 4 * value * value;
        }
        double scale = Math.min(1, 1 / (Math.sqrt(norm) + 1e-6));
        for (int i = 0; i < x.length; i++) {
            double gradient = 2 * x[i] * scale;
            mean[i] = 0.9 * mean[i] + 0.1 * gradient;
            square[i] = 0.99 * square[i] + 0.01 * gradient * gradient;
            double corrected = mean[i] / (1 - Math.pow(0.9, step));
            double deviation = Math.sqrt(square[i] / (1 - Math.pow(0.99, step)));
            x[i] = x[i] * (1 - 0.05 * 0.1) - 0.05 * corrected / (deviation + 1e-8);
        }
    }

    private static double[] doubles(NDArray array) {
        float[] values = array.toFloatArray();
        return new double[] {values[0], values[1], values[2]};
    }

    private static final class Vector extends Layer {
        private final Weight values = weight("values", Initializer.normal(2), 3);
    }
}
