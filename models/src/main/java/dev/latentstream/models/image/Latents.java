package dev.latentstream.models.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Latents of one size that a tensor can be made of. */
public sealed interface Latents permits LatentBatch, StoredLatents {
    int count();

    int channels();

    int height();

    int width();

    /** The latents {@code from} to {@code to}, exclusive. */
    Latents slice(int from, int to);

    /** (B, C, H, W), in 32 bits, on the manager's device. */
    NDArray tensor(NDManager manager);
}
