package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;

/**
 * Attention of tokens to keys and values that may be cached: those of the tokens themselves, of past tokens, or of an image.
 *
 * <p>Shape letters: B rows, T tokens, S context tokens, W width, N heads of H = W / N.
 */
public final class CachedAttention extends Layer {
    /** The names of the four projections in a checkpoint. */
    public record Names(String query, String key, String value, String out) {
        /** In CLIP and OPT. */
        public static final Names PROJECTIONS = new Names("q_proj", "k_proj", "v_proj", "out_proj");

        /**
         * In BERT and its descendants.
         *
         * @param part prefix of all but the last projection
         */
        public static Names bert(String part) {
            return new Names(part + ".query", part + ".key", part + ".value", "output.dense");
        }
    }

    private final int heads;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;

    /**
     * @param contextDim width of a context token
     */
    public CachedAttention(Names names, int width, int contextDim, int heads) {
        this.heads = heads;
        query = child(names.query(), Linear.of(width, width));
        key = child(names.key(), Linear.of(contextDim, width));
        value = child(names.value(), Linear.of(contextDim, width));
        out = child(names.out(), Linear.of(width, width));
    }

    /** Context (B, S, contextDim) -> its keys and values (B, N, S, H) */
    public KeyValues keyValues(Pass pass, NDArray x) {
        return new KeyValues(Heads.split(key.forward(pass, x), heads), Heads.split(value.forward(pass, x), heads));
    }

    /**
     * x (B, T, W) -> (B, T, W)
     *
     * @param causal whether token t attends to keys 0 to t only; T must equal S then
     */
    public NDArray forward(Pass pass, NDArray x, KeyValues keyValues, boolean causal) {
        NDArray q = Heads.split(query.forward(pass, x), heads); // (B, N, T, H)
        NDArray y = causal
                ? Torch.causalAttention(q, keyValues.keys(), keyValues.values())
                : Torch.attention(q, keyValues.keys(), keyValues.values()); // (B, N, T, H)
        return out.forward(pass, Heads.join(y)); // (B, T, W)
    }
}
