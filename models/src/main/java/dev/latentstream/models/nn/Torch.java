package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The operators of PyTorch that networks are made of, each safe on a gradient path.
 *
 * <p>Of {@link NDArray} itself, {@code add}, {@code sub}, {@code mul}, {@code div} and {@code matMul} of two tensors,
 * {@code reshape}, {@code transpose}, {@code concat}, {@code split}, {@code mean}, {@code sum}, {@code exp}, {@code sin} and
 * {@code cos} are safe too. Its operators that take a {@link Number}, {@code toType}, {@code toDevice} and {@code duplicate}
 * are not: they hand PyTorch memory that Java frees before the backward pass, or cut the gradient, without an error.
 *
 * <p>All functions are pure unless documented otherwise. Results belong to the manager of the first argument and to
 * the {@link NDScope} of the thread.
 */
public final class Torch {
    /** PyTorch's {@code ScalarType} of bfloat16, for {@link #cast}. */
    public static final int BFLOAT16 = 15;

    /** PyTorch's {@code ScalarType} of 32-bit floats, for {@link #cast}. */
    public static final int FLOAT32 = 6;

    /** The type of PyTorch's meta device, whose tensors have no values. */
    static final String META = "meta";

    private Torch() {}

    // ------------------------------------------------------------------ tensors of Java arrays

    /** A tensor in PyTorch's own memory, on the manager's device. */
    public static NDArray tensor(NDManager manager, float[] values, long... shape) {
        NDArray host = manager.zeros(new Shape(shape), DataType.FLOAT32, ai.djl.Device.cpu());
        write(host, values);
        return onDevice(manager, host);
    }

    /** As {@link #tensor(NDManager, float[], long...)}, with the values written straight to its memory. */
    public static NDArray tensor(NDManager manager, Consumer<FloatBuffer> values, long... shape) {
        NDArray host = manager.zeros(new Shape(shape), DataType.FLOAT32, ai.djl.Device.cpu());
        values.accept(memory(host));
        return onDevice(manager, host);
    }

    /** One value per channel, which lives as long as the manager, whatever the scope: (1, C, 1, 1) */
    public static NDArray perChannel(NDManager manager, List<Double> values) {
        float[] channels = new float[values.size()];
        for (int i = 0; i < channels.length; i++) {
            channels[i] = values.get(i).floatValue();
        }
        NDArray tensor = tensor(manager, channels, 1, channels.length, 1, 1);
        NDScope.unregister(tensor);
        return tensor;
    }

    /** A tensor of indices in PyTorch's own memory, on the manager's device. */
    public static NDArray indices(NDManager manager, long[] values, long... shape) {
        NDArray host = manager.zeros(new Shape(shape), DataType.INT64, ai.djl.Device.cpu());
        ByteBuffer memory = host.toByteBuffer(true).order(ByteOrder.nativeOrder());
        checkSize(host, values.length);
        memory.asLongBuffer().put(values);
        return onDevice(manager, host);
    }

    /**
     * A tensor in 32 bits of elements that are stored in another floating type, on the manager's device.
     *
     * @param parts their remaining bytes, little-endian; their positions do not change
     */
    public static NDArray stored(NDManager manager, List<ByteBuffer> parts, DataType type, long... shape) {
        NDArray host = manager.zeros(new Shape(shape), type, ai.djl.Device.cpu());
        ByteBuffer memory = host.toByteBuffer(true);
        int at = 0;
        for (ByteBuffer part : parts) {
            memory.put(at, part, part.position(), part.remaining());
            at += part.remaining();
        }
        return cast(onDevice(manager, host), FLOAT32);
    }

    /** Overwrites a tensor on the CPU in place. */
    public static void write(NDArray target, float[] values) {
        checkSize(target, values.length);
        memory(target).put(values);
    }

    private static FloatBuffer memory(NDArray host) {
        return host.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private static void checkSize(NDArray target, int length) {
        if (target.size() != length) {
            throw new IllegalArgumentException("%d values do not fill %s".formatted(length, target.getShape()));
        }
    }

    private static NDArray onDevice(NDManager manager, NDArray host) {
        if (Operators.isMeta(manager)) {
            return Operators.LIBRARY.call((PtNDManager) manager, "meta_like", host);
        }
        return manager.getDevice().equals(host.getDevice()) ? host : host.toDevice(manager.getDevice(), false);
    }

    /** A tensor without values; the manager's device must be {@link #META}. */
    static NDArray meta(NDManager manager, boolean indices, long... shape) {
        return Operators.LIBRARY.call((PtNDManager) manager, indices ? "meta_indices" : "meta", (Object) shape);
    }

    /** Computes in a scope of its own: intermediates are freed, unless a gradient needs them. */
    public static NDArray scoped(Supplier<NDArray> computation) {
        NDArray result;
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            result = computation.get();
            NDScope.unregister(result);
        }
        NDScope.register(result);
        return result;
    }

    /** As {@link #scoped}, and frees the input too, unless a gradient needs it: for large tensors that nothing else uses. */
    public static NDArray consumed(NDArray input, UnaryOperator<NDArray> computation) {
        NDArray result = scoped(() -> computation.apply(input));
        input.close();
        return result;
    }

    /** Computes with gradients recorded. Outside, the mode is undefined: the thread that loads the engine records none. */
    public static <T> T withGradients(Supplier<T> computation) {
        return inMode(true, computation);
    }

    /** Computes without recording gradients. */
    public static <T> T withoutGradients(Supplier<T> computation) {
        return inMode(false, computation);
    }

    private static <T> T inMode(boolean gradients, Supplier<T> computation) {
        boolean before = JniUtils.isGradMode(); // a mode of the thread, not of the process
        JniUtils.setGradMode(gradients);
        try {
            return computation.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /**
     * Computes a scalar and adds its gradient to the gradient of every weight that it depends on.
     *
     * @return the scalar
     */
    public static NDArray backward(Supplier<NDArray> loss) {
        NDArray value = withGradients(loss);
        JniUtils.backward((PtNDArray) value, (PtNDArray) value.onesLike(), false, false);
        return value;
    }

    // ------------------------------------------------------------------ layers

    /** x (..., I), weight (O, I), bias (O) -> (..., O) */
    public static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
        return JniUtils.linear((PtNDArray) x, (PtNDArray) weight, (PtNDArray) bias);
    }

    /** x (..., I), weight (O, I) -> (..., O) */
    public static NDArray linear(NDArray x, NDArray weight) {
        return x.matMul(weight.transpose());
    }

    /** x (B, I, H, W), weight (O, I, K, K), bias (O) -> (B, O, H', W') */
    public static NDArray conv2d(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
        return JniUtils.convolution(
                (PtNDArray) x,
                (PtNDArray) weight,
                (PtNDArray) bias,
                new Shape(stride, stride),
                new Shape(padding, padding),
                new Shape(1, 1),
                1);
    }

    /** x (B, I, H, W), weight (O, I, K, K) -> (B, O, H', W') */
    public static NDArray conv2d(NDArray x, NDArray weight, int stride, int padding) {
        return call("conv2d", x, weight, new long[] {stride, stride}, new long[] {padding, padding});
    }

    /** indices (...), weight (V, D) -> (..., D) */
    public static NDArray embedding(NDArray indices, NDArray weight) {
        if (Operators.isMeta(indices.getManager())) {
            return meta(indices.getManager(), false, picked(indices.getShape(), weight.getShape()));
        }
        return JniUtils.embedding((PtNDArray) indices, (PtNDArray) weight, false);
    }

    /** x (B, C, ...) -> same; each group of channels to mean 0 and variance 1, then weight and bias (C). */
    static NDArray groupNorm(NDArray x, int groups, NDArray weight, NDArray bias, double eps) {
        return call("group_norm", x, (long) groups, weight, bias, eps);
    }

    /** x (..., D) -> same; the last axis to mean 0 and variance 1, then weight and bias (D). */
    static NDArray layerNorm(NDArray x, NDArray weight, NDArray bias, double eps) {
        return call("layer_norm", x, lastAxis(x), weight, bias, eps);
    }

    /** x (..., D) -> same; the last axis to mean 0 and variance 1. */
    public static NDArray normalize(NDArray x, double eps) {
        return call("normalize", x, lastAxis(x), eps);
    }

    /** q (B, N, T, H), k and v (B, N, S, H) -> (B, N, T, H): softmax(q k^T / sqrt(H)) v */
    public static NDArray attention(NDArray q, NDArray k, NDArray v) {
        return call("attention", q, k, v);
    }

    /** As {@link #attention(NDArray, NDArray, NDArray)}, causal: query t attends to keys 0 to t. T must equal S. */
    static NDArray causalAttention(NDArray q, NDArray k, NDArray v) {
        return call("causal_attention", q, k, v);
    }

    /** As {@link #attention(NDArray, NDArray, NDArray)} with a mask, broadcast to (B, N, T, S), added to the scores. */
    public static NDArray attention(NDArray q, NDArray k, NDArray v, NDArray mask) {
        return call("masked_attention", q, k, v, mask);
    }

    /** x (B, C, h, w) -> (B, C, height, width), nearest neighbour. */
    public static NDArray upsample(NDArray x, long height, long width) {
        return call("upsample", x, new long[] {height, width});
    }

    /** x (B, C, H, W) -> (B, C, H/2, W/2), the mean of each four pixels. */
    public static NDArray halve(NDArray x) {
        return call("halve", x);
    }

    /** x (B, C, h, w) -> (B, C, height, width), bicubic with antialiasing. */
    public static NDArray resize(NDArray x, long height, long width) {
        return call("resize", x, new long[] {height, width});
    }

    // ------------------------------------------------------------------ elementwise

    public static NDArray silu(NDArray x) {
        return call("silu", x);
    }

    public static NDArray gelu(NDArray x) {
        return call("gelu", x);
    }

    /** GELU by the tanh approximation. */
    public static NDArray geluTanh(NDArray x) {
        return call("gelu_tanh", x);
    }

    public static NDArray relu(NDArray x) {
        return call("relu", x);
    }

    public static NDArray tanh(NDArray x) {
        return call("tanh", x);
    }

    /** x * factor */
    public static NDArray scale(NDArray x, double factor) {
        return call("scale", x, factor);
    }

    /** x + term */
    public static NDArray shift(NDArray x, double term) {
        return call("shift", x, term);
    }

    /** x * sigmoid(1.702 x), an approximation of GELU. */
    static NDArray quickGelu(NDArray x) {
        return call("quick_gelu", x);
    }

    /** Limited to the bounds; the gradient is 0 outside them. */
    public static NDArray clamp(NDArray x, double min, double max) {
        return call("clamp", x, min, max);
    }

    /** x (..., H, W), zero-padded -> (..., above + H + below, left + W + right) */
    public static NDArray pad(NDArray x, long left, long right, long above, long below) {
        return call("pad", x, new long[] {left, right, above, below});
    }

    /** The part of an axis from {@code start}, a view. */
    public static NDArray narrow(NDArray x, int axis, long start, long length) {
        return call("narrow", x, (long) axis, start, length);
    }

    /** The last axis zero-padded at its end: (..., D) -> (..., D + zeros) */
    public static NDArray padded(NDArray x, long zeros) {
        return call("padded", x, new long[] {0, zeros});
    }

    /** Rows by index: x (A, ...), rows (B) INT64 -> (B, ...) */
    public static NDArray rows(NDArray x, NDArray rows) {
        if (Operators.isMeta(x.getManager())) {
            return meta(x.getManager(), false, picked(rows.getShape(), x.getShape()));
        }
        return call("rows", x, rows);
    }

    /** x (..., V) -> same; logarithms of the softmax over the last axis. */
    public static NDArray logSoftmax(NDArray x) {
        return call("log_softmax", x);
    }

    /** Converted to another type, given as PyTorch's {@code ScalarType}. */
    public static NDArray cast(NDArray x, int type) {
        return call("cast", x, (long) type);
    }

    /** The same values without their gradient graph. */
    public static NDArray detach(NDArray x) {
        return call("detach", x);
    }

    // ------------------------------------------------------------------ losses, scalars

    /** Mean squared difference. */
    public static NDArray meanSquaredError(NDArray x, NDArray y) {
        return call("mse", x, y);
    }

    /** Mean absolute difference. */
    public static NDArray meanAbsoluteError(NDArray x, NDArray y) {
        return call("l1", x, y);
    }

    /**
     * Mean negative log-likelihood of the target classes.
     *
     * @param logits (N, V)
     * @param target (N), INT64
     * @param ignored a class that does not count
     * @param smoothing share of the probability spread over all classes, 0 to 1
     */
    public static NDArray crossEntropy(NDArray logits, NDArray target, long ignored, double smoothing) {
        return call("cross_entropy", logits, target, ignored, smoothing);
    }

    // ------------------------------------------------------------------ in place, over lists

    public static void copy(List<NDArray> targets, List<NDArray> sources) {
        Operators.execute("copy", targets, sources);
    }

    public static void zero(List<NDArray> tensors) {
        Operators.execute("zero", tensors);
    }

    /** averages += weight * (values - averages) */
    public static void lerp(List<NDArray> averages, List<NDArray> values, double weight) {
        Operators.execute("lerp", averages, values, weight);
    }

    /** Scales the gradients down to the bound if their norm exceeds it; returns the norm before. */
    public static NDArray clip(List<NDArray> gradients, double bound) {
        return Operators.LIBRARY.call((PtNDManager) gradients.get(0).getManager(), "clip", gradients, bound);
    }

    private static NDArray call(String function, NDArray x, Object... more) {
        return Operators.call(function, x, more);
    }

    /** (...), (V, D...) -> (..., D...) */
    private static long[] picked(Shape indices, Shape rows) {
        return indices.addAll(rows.slice(1)).getShape();
    }

    private static long[] lastAxis(NDArray x) {
        return new long[] {x.getShape().get(x.getShape().dimension() - 1)};
    }
}
