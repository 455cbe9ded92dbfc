package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Conv;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;

/** The patch embedding of a latent: (B, C, H, W) -> (B, S, D), S = H/P W/P, row by row. */
final class Patches extends Layer {
    private final Conv proj;

    Patches(int channels, int width, int patch, Initializer init) {
        proj = child("proj", Conv.unpadded(channels, width, patch, patch, init));
    }

    NDArray forward(Pass pass, NDArray latent) {
        NDArray grid = proj.forward(pass, latent); // (B, D, H/P, W/P)
        long[] shape = grid.getShape().getShape();
        return grid.reshape(shape[0], shape[1], shape[2] * shape[3]).swapAxes(1, 2); // (B, S, D)
    }

    /** The inverse arrangement, from the pixels of each patch: (B, S, P P C) -> (B, C, rows P, columns P) */
    static NDArray join(NDArray x, long rows, long columns, int patch) {
        long batch = x.getShape().get(0);
        return x.reshape(batch, rows, columns, patch, patch, -1) // (B, rows, columns, P, P, C)
                .transpose(0, 5, 1, 3, 2, 4) // (B, C, rows, P, columns, P)
                .reshape(batch, -1, rows * patch, columns * patch);
    }
}
