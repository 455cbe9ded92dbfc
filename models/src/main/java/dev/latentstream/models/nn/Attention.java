package dev.latentstream.models.nn;

import ai.djl.ndarray.NDArray;

/** Queries from x (B, S, D), keys and values from a context (B, T, E) -> (B, S, D). {@code Attention} of diffusers. */
public final class Attention extends Layer {
    private final int heads;
    private final Linear toQ;
    private final Linear toK;
    private final Linear toV;
    private final Linear toOut;

    public Attention(int heads, Linear toQ, Linear toK, Linear toV, Linear toOut) {
        this.heads = heads;
        this.toQ = child("to_q", toQ);
        this.toK = child("to_k", toK);
        this.toV = child("to_v", toV);
        this.toOut = child("to_out.0", toOut);
    }

    public NDArray forward(Pass pass, NDArray x, Context context) {
        NDArray q = Heads.split(toQ.forward(pass, x), heads); // (B, N, S, D/N)
        NDArray k = Heads.split(toK.forward(pass, context.states()), heads); // (B, N, T, D/N)
        NDArray v = Heads.split(toV.forward(pass, context.states()), heads); // (B, N, T, D/N)
        NDArray y = context.bias() == null
                ? Torch.attention(q, k, v)
                : Torch.attention(q, k, v, context.bias()); // (B, N, S, D/N)
        return toOut.forward(pass, Heads.join(y)); // (B, S, D)
    }
}
