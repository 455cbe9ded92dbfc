package dev.latentstream.models.autoencoder;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Pass;

/** A network that encodes images as latents and decodes latents. */
interface AutoencoderNetwork {
    /** Images (B, C, H, W) with values 0 to 1 -> the mean of their latents (B, L, h, w) */
    NDArray encode(Pass pass, NDArray images);

    /** Latents (B, L, h, w) -> images (B, C, H, W), values about 0 to 1 */
    NDArray decode(Pass pass, NDArray latents);
}
