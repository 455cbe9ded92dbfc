package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;

/**
 * Attention of tokens to keys and values, which may be kept: those of the tokens themselves, of tokens before them, or of a
 * picture.
 *
 * <p>Shape letters: B rows, T tokens, S what they look at, W width, N heads of H = W / N.
 */
public final class CachedAttention extends Layer {
    /** What a checkpoint calls the four projections. */
    public record Names(String query, String key, String value, String out) {
        /** Of CLIP and OPT. */
        public static final Names PROJECTIONS = new Names("q_proj", "k_proj", "v_proj", "out_proj");

        /**
         * Of BERT and what follows it.
         *
         * @param part that holds all but the last projection
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
     * @param contextDim width of what is looked at
     */
    public CachedAttention(Names names, int width, int contextDim, int heads) {
        this.heads = heads;
        query = child(names.query(), Linear.of(width, width));
        key = child(names.key(), Linear.of(contextDim, width));
        value = child(names.value(), Linear.of(contextDim, width));
        out = child(names.out(), Linear.of(width, width));
    }

    /** What is looked at (B, S, its width) -> its keys and values (B, N, S, H) */
    public KeyValues keyValues(Pass pass, NDArray x) {
        return new KeyValues(Heads.split(key.forward(pass, x), heads), Heads.split(value.forward(pass, x), heads));
    }

    /**
     * x (B, T, W) -> (B, T, W)
     *
     * @param causal whether a token is blind to what stands behind it
     */
    public NDArray forward(Pass pass, NDArray x, KeyValues keyValues, boolean causal) {
        NDArray q = Heads.split(query.forward(pass, x), heads); // (B, N, T, H)
        NDArray y = causal
                ? Torch.causalAttention(q, keyValues.keys(), keyValues.values())
                : Torch.attention(q, keyValues.keys(), keyValues.values()); // (B, N, T, H)
        return out.forward(pass, Heads.join(y)); // (B, T, W)
    }
}
