package dev.latentstream.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Gradients of a scalar by every weight of a network. */
public final class Gradients {
    /** Share of the greatest gradient below which float32 is rounding alone, as for the bias of a key. */
    private static final double NOISE = 1e-6;

    private Gradients() {}

    /** By name of each weight. */
    public static Map<String, float[]> of(Layer network, Supplier<NDArray> loss) {
        return of(network, loss, false);
    }

    /**
     * By name of the weight.
     *
     * @param disturbed whether garbage is collected, and what it leaves of native memory overwritten, before the backward pass
     */
    public static Map<String, float[]> of(Layer network, Supplier<NDArray> loss, boolean disturbed) {
        network.weights().values().forEach(weight -> weight.value().setRequiresGradient(true));
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray value = Torch.withGradients(loss);
            List<ByteBuffer> refilled = disturbed ? collectAndRefill() : List.of();
            JniUtils.backward((PtNDArray) value, (PtNDArray) value.onesLike(), false, false);
            assertThat(refilled).hasSize(disturbed ? 4000 : 0);
            Map<String, float[]> gradients = new LinkedHashMap<>();
            network.weights()
                    .forEach((name, weight) ->
                            gradients.put(name, weight.value().getGradient().toFloatArray()));
            return gradients;
        }
    }

    /** Every gradient within 1e-4 of the reference's tensor {@code gradient.NAME}, which must exist for every weight. */
    public static void assertAgree(Map<String, float[]> gradients, Reference reference) throws IOException {
        Map<String, float[]> expected = new LinkedHashMap<>();
        double greatest = 0;
        for (String name : gradients.keySet()) {
            float[] values = reference.tensor("gradient." + name).toFloatArray();
            expected.put(name, values);
            greatest = Math.max(greatest, greatest(values));
        }
        for (Map.Entry<String, float[]> entry : expected.entrySet()) {
            float[] actual = Objects.requireNonNull(gradients.get(entry.getKey()));
            float[] values = entry.getValue();
            assertThat(actual).as(entry.getKey()).hasSameSizeAs(values);
            double difference = 0;
            for (int i = 0; i < values.length; i++) {
                difference = Math.max(difference, Math.abs((double) values[i] - actual[i]));
            }
            assertThat(difference).as(entry.getKey()).isLessThan(1e-4 * greatest(values) + NOISE * greatest);
        }
    }

    private static double greatest(float[] values) {
        double greatest = 0;
        for (float value : values) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        return greatest;
    }

    private static List<ByteBuffer> collectAndRefill() {
        System.gc();
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            buffers.add(ByteBuffer.allocateDirect(16).putLong(0, 0x4141414141414141L));
        }
        return buffers;
    }
}
