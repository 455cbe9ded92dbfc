package dev.latentstream.models.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aScaledTensorKeepsItsGradientWhenMemoryIsCollectedBeforeTheBackwardPass() {
        NDArray x = Torch.tensor(manager, new float[] {1, 2, 3}, 3);
        x.setRequiresGradient(true);
        NDArray loss =
                Torch.withGradients(() -> Torch.shift(Torch.scale(x, 3), 5).sum());

        List<ByteBuffer> reuse = collectAndRefill();
        JniUtils.backward((PtNDArray) loss, (PtNDArray) loss.onesLike(), false, false);

        assertThat(x.getGradient().toFloatArray()).containsExactly(3, 3, 3);
        assertThat(reuse).isNotEmpty();
    }

    @Test
    void siluAgreesWithItsDefinitionAndItsDerivative() {
        NDArray x = Torch.tensor(manager, new float[] {-2, 0, 1.5f}, 3);
        x.setRequiresGradient(true);
        NDArray y = Torch.silu(x);
        Torch.backward(() -> Torch.silu(x).sum());

        for (int i = 0; i < 3; i++) {
            double value = new double[] {-2, 0, 1.5}[i];
            double sigmoid = 1 / (1 + Math.exp(-value));
            assertThat((double) y.toFloatArray()[i]).isCloseTo(value * sigmoid, within(1e-6));
            assertThat((double) x.getGradient().toFloatArray()[i])
                    .isCloseTo(sigmoid * (1 + value * (1 - sigmoid)), within(1e-6));
        }
    }

    @Test
    void groupNormGivesEachGroupMeanZeroAndVarianceOne() {
        float[] values = new float[2 * 4 * 9];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * 1.7) * (1 + i % 5);
        }
        NDArray x = Torch.tensor(manager, values, 2, 4, 3, 3);
        NDArray ones = Torch.tensor(manager, new float[] {1, 1, 1, 1}, 4);
        NDArray zeros = Torch.tensor(manager, new float[4], 4);

        float[] normal = Torch.groupNorm(x, 2, ones, zeros, 1e-6).toFloatArray();

        for (int group = 0; group < 4; group++) { // two images of two groups, 18 values each
            double sum = 0;
            double squares = 0;
            for (int i = group * 18; i < (group + 1) * 18; i++) {
                sum += normal[i];
                squares += normal[i] * normal[i];
            }
            assertThat(sum / 18).isCloseTo(0, within(1e-5));
            assertThat(squares / 18).isCloseTo(1, within(1e-4));
        }
    }

    @Test
    void causalAttentionIgnoresLaterTokens() {
        float[] q = {1, 0, 0, 1, 1, 1};
        float[] v = {1, 2, 3, 4, 5, 6};
        NDArray queries = Torch.tensor(manager, q, 1, 1, 3, 2);
        NDArray first = Torch.causalAttention(queries, queries, Torch.tensor(manager, v, 1, 1, 3, 2));
        v[4] = 100;
        NDArray second = Torch.causalAttention(queries, queries, Torch.tensor(manager, v, 1, 1, 3, 2));

        assertThat(first.toFloatArray()).startsWith(1, 2); // the first token attends to itself alone
        assertThat(second.toFloatArray()).startsWith(first.toFloatArray()[0], first.toFloatArray()[1]);
        assertThat(second.toFloatArray()[2]).isEqualTo(first.toFloatArray()[2]);
        assertThat(second.toFloatArray()[4]).isNotEqualTo(first.toFloatArray()[4]);
    }

    @Test
    void aScopeFreesIntermediatesAndKeepsTheResult() {
        try (NDScope step = new NDScope()) {
            step.suppressNotUsedWarning();
            NDArray x = Torch.tensor(manager, new float[] {1, 2}, 2);
            List<NDArray> inner = new ArrayList<>();
            NDArray y = Torch.scoped(() -> {
                NDArray doubled = Torch.scale(x, 2);
                inner.add(doubled);
                return Torch.shift(doubled, 1);
            });

            assertThat(y.toFloatArray()).containsExactly(3, 5);
            assertThat(inner.get(0).isReleased()).isTrue();
        }
    }

    /** Collects garbage and overwrites the freed native memory with other values. */
    private static List<ByteBuffer> collectAndRefill() {
        System.gc();
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            buffers.add(ByteBuffer.allocateDirect(8).putLong(0, 0x4141414141414141L));
        }
        return buffers;
    }
}
