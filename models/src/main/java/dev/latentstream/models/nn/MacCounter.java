package dev.latentstream.models.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A forward pass by shapes alone, which counts multiply-accumulate operations (MACs).
 *
 * <p>Inputs and weights are on PyTorch's meta device: they have a type and a shape but no memory, and every operator returns
 * the shape of its result. A network is therefore counted by its own {@code forward}, whatever its size:
 *
 * <pre>{@code
 * long macs = MacCounter.count(pass -> network.forward(pass, pass.tensor(1, 4, 32, 32), ...));
 * }</pre>
 *
 * <p>Linear layers and convolutions count, as in papers; the products of queries, keys and values, norms, activations and
 * sums do not.
 */
public final class MacCounter extends Pass {
    private final NDManager manager;
    private long macs;

    private MacCounter(NDManager manager) {
        this.manager = manager;
    }

    /**
     * Returns the MACs of a forward pass.
     *
     * @param forward calls a network's {@code forward} with inputs made by {@link #tensor} and {@link #indices}
     */
    public static long count(Function<MacCounter, NDArray> forward) {
        try (NDManager manager = NDManager.newBaseManager(Device.of(Torch.META, -1), "PyTorch");
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            MacCounter counter = new MacCounter(manager);
            Torch.withoutGradients(() -> forward.apply(counter));
            return counter.macs;
        }
    }

    /** A tensor of floats without values. */
    public NDArray tensor(long... shape) {
        return Torch.meta(manager, false, shape);
    }

    /** A tensor of indices without values. */
    public NDArray indices(long... shape) {
        return Torch.meta(manager, true, shape);
    }

    @Override
    public NDArray value(Weight weight) {
        return tensor(weight.shape().getShape());
    }

    @Override
    public NDArray linear(NDArray x, Weight weight, @Nullable Weight bias) {
        NDArray y = super.linear(x, weight, bias);
        macs += y.size() * weight.shape().get(1);
        return y;
    }

    @Override
    public NDArray conv2d(NDArray x, Weight weight, @Nullable Weight bias, int stride, int padding) {
        Shape image = x.getShape();
        long[] kernel = weight.shape().getShape(); // (O, I, K, K)
        if (image.dimension() != 4 || image.get(1) != kernel[1]) {
            throw new IllegalArgumentException("a convolution of %s by %s".formatted(image, weight.shape()));
        }
        long height = (image.get(2) + 2L * padding - kernel[2]) / stride + 1;
        long width = (image.get(3) + 2L * padding - kernel[3]) / stride + 1;
        macs += image.get(0) * height * width * weight.shape().size();
        return tensor(image.get(0), kernel[0], height, width);
    }
}
