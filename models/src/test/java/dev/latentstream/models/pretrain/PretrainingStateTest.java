package dev.latentstream.models.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainingStateTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aResumedRunTakesTheSameSteps() throws IOException {
        Path file = folder.resolve("state.safetensors");
        Linear network = network(1);
        Linear resumed = network(2); // other weights, to be overwritten
        try (PretrainingState whole = new PretrainingState(network, 0.9, "run");
                PretrainingState second = new PretrainingState(resumed, 0.9, "run")) {
            step(whole, network);
            step(whole, network);
            whole.save(file);
            step(whole, network);

            second.resume(file);
            step(second, resumed);

            Linear average = network(3);
            Linear resumedAverage = network(4);
            whole.lendAverage(average);
            second.lendAverage(resumedAverage);
            assertThat(second.step()).isEqualTo(3);
            assertThat(weights(resumed)).containsExactly(weights(network));
            assertThat(weights(resumedAverage)).containsExactly(weights(average));
            assertThat(weights(average)).isNotEqualTo(weights(network));
        }
    }

    private void step(PretrainingState state, Linear network) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray x = Torch.tensor(manager, new float[] {1, 2, 3 + state.step()}, 1, 3);
            state.optimiser().zeroGradients();
            Torch.backward(() -> {
                NDArray y = network.forward(Pass.PLAIN, x);
                return y.mul(y).sum();
            });
            state.update(0.1);
        }
    }

    private Linear network(long seed) {
        Linear network = Linear.of(3, 2);
        Weights.initialise(network, manager, seed);
        return network;
    }

    private static float[] weights(Layer network) {
        return Objects.requireNonNull(network.weights().get("weight")).value().toFloatArray();
    }
}
