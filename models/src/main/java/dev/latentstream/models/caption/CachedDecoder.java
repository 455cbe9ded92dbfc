package dev.latentstream.models.caption;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.nn.KeyValueCache;
import dev.latentstream.models.nn.Torch;
import java.util.List;

/** Feeds a decoder that remembers what it has read, several texts at once, all with the same beginning. */
abstract class CachedDecoder implements NextTokenModel {
    private final NDManager manager;
    private final long[] prefix;
    private final KeyValueCache cache = new KeyValueCache();
    private int rows;

    /**
     * @param rows texts at first
     * @param prefix tokens that every text begins with
     */
    CachedDecoder(NDManager manager, int rows, long[] prefix) {
        this.manager = manager;
        this.rows = rows;
        this.prefix = prefix.clone();
    }

    /** Tokens (B, T) behind those read before -> scores of what comes next, the last of them (B, V) those of the next token. */
    abstract NDArray scores(NDArray tokens, KeyValueCache cache);

    /** Goes on with these rows of whatever the decoder looks at beside the text. */
    abstract void keep(NDArray kept);

    @Override
    public final float[][] first() {
        long[] tokens = new long[rows * prefix.length];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = prefix[i % prefix.length];
        }
        return read(tokens);
    }

    @Override
    public final float[][] next(long[] tokens) {
        return read(tokens);
    }

    @Override
    public final void keep(long[] kept) {
        List<NDArray> before = cache.tensors();
        NDArray numbers = Torch.indices(manager, kept, kept.length);
        cache.replace(t -> unscoped(Torch.rows(t, numbers)));
        before.forEach(NDArray::close);
        keep(numbers);
        rows = kept.length;
    }

    @Override
    public final void close() {
        cache.tensors().forEach(NDArray::close);
    }

    private float[][] read(long[] tokens) {
        List<NDArray> before = cache.tensors();
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray ids = Torch.indices(manager, tokens, rows, tokens.length / rows);
            NDArray scores = scores(ids, cache); // (B, T, V)
            NDArray last = Torch.narrow(scores, 1, scores.getShape().get(1) - 1, 1); // (B, 1, V)
            cache.replace(CachedDecoder::unscoped);
            return rows(Torch.logSoftmax(last).toFloatArray());
        } finally {
            before.forEach(NDArray::close);
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
