package dev.latentstream.models.caption;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.nn.KeyValueCache;
import dev.latentstream.models.nn.Torch;
import java.util.List;

/** An autoregressive decoder with a key-value cache, for a batch of texts with the same prefix. */
abstract class CachedDecoder implements NextTokenModel {
    private final NDManager manager;
    private final long[] prefix;
    private final KeyValueCache cache = new KeyValueCache();
    private int rows;

    /**
     * @param rows number of texts at first
     * @param prefix first tokens of every text
     */
    CachedDecoder(NDManager manager, int rows, long[] prefix) {
        this.manager = manager;
        this.rows = rows;
        this.prefix = prefix.clone();
    }

    /** New tokens (B, T) -> logits (B, ..., V), the last of which are those of the next token. */
    abstract NDArray logits(NDArray tokens, KeyValueCache cache);

    /** Keeps these rows of the context, as {@link #keep(long[])} does of the texts. */
    abstract void keep(NDArray kept);

    @Override
    public final float[][] first() {
        long[] tokens = new long[rows * prefix.length];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = prefix[i % prefix.length];
        }
        return append(tokens);
    }

    @Override
    public final float[][] next(long[] tokens) {
        return append(tokens);
    }

    @Override
    public final void keep(long[] kept) {
        List<NDArray> replaced = cache.tensors();
        NDArray indices = Torch.indices(manager, kept, kept.length);
        cache.replace(t -> unscoped(Torch.rows(t, indices)));
        replaced.forEach(NDArray::close);
        keep(indices);
        rows = kept.length;
    }

    @Override
    public final void close() {
        cache.tensors().forEach(NDArray::close);
    }

    private float[][] append(long[] tokens) {
        List<NDArray> replaced = cache.tensors();
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray ids = Torch.indices(manager, tokens, rows, tokens.length / rows);
            NDArray logits = logits(ids, cache); // (B, T, V)
            NDArray last = Torch.narrow(logits, 1, logits.getShape().get(1) - 1, 1); // (B, 1, V)
            cache.replace(CachedDecoder::unscoped);
            return rows(Torch.logSoftmax(last).toFloatArray());
        } finally {
            replaced.forEach(NDArray::close);
        }
    }

    private float[][] rows(float[] all) {
        float[][] split = new float[rows][all.length / rows];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(all, i * split[i].length, split[i], 0, split[i].length);
        }
        return split;
    }

    private static NDArray unscoped(NDArray tensor) {
        NDScope.unregister(tensor);
        return tensor;
    }
}
