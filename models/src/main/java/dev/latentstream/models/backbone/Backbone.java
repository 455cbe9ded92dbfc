package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Context;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import org.jspecify.annotations.Nullable;

/**
 * The denoising network of a latent diffusion model: predicts the noise in a noisy latent, or another {@code Prediction}, conditioned
 * on a text.
 *
 * <p>Trainer and sampler use a network through this class only. {@link BackboneFolder} saves and loads one; {@link Preset} lists those
 * of the papers.
 */
public abstract class Backbone extends Layer {
    /**
     * The conditioning of a batch of latents.
     *
     * @param context the text's tokens
     * @param added for the networks that use it; null for the others
     */
    public record Conditioning(Context context, @Nullable AddedConditioning added) {
        public Conditioning(NDArray states, @Nullable NDArray bias, @Nullable AddedConditioning added) {
            this(new Context(states, bias), added);
        }

        public Conditioning(NDArray states, @Nullable NDArray bias) {
            this(states, bias, null);
        }

        /** (B, T, E) */
        NDArray states() {
            return context.states();
        }

        /** See {@link Context#bias}. */
        @Nullable NDArray bias() {
            return context.bias();
        }
    }

    private final int inChannels;
    private final int outChannels;
    private final int crossAttentionDim;

    /**
     * @param inChannels channels of a latent, C
     * @param outChannels channels of a prediction, C'
     * @param crossAttentionDim width of a token's state, E
     */
    Backbone(int inChannels, int outChannels, int crossAttentionDim) {
        this.inChannels = inChannels;
        this.outChannels = outChannels;
        this.crossAttentionDim = crossAttentionDim;
    }

    /**
     * latent (B, C, H, W) -> prediction (B, C', H, W): that for the latent in the first C channels; a network that predicts a
     * variance too has it in the remaining ones.
     *
     * @param timesteps the timestep of each image
     */
    public abstract NDArray forward(Pass pass, NDArray latent, float[] timesteps, Conditioning text);

    /** latent (B, C, H, W) -> prediction (B, C, H, W), without a predicted variance */
    public final NDArray predict(Pass pass, NDArray latent, float[] timesteps, Conditioning text) {
        NDArray prediction = forward(pass, latent, timesteps, text); // (B, C', H, W)
        return outChannels == inChannels ? prediction : Torch.narrow(prediction, 1, 0, inChannels);
    }

    /** C, channels of a latent. */
    public final int inChannels() {
        return inChannels;
    }

    /** C', channels of a prediction. */
    public final int outChannels() {
        return outChannels;
    }

    /** E, width of a token's state. */
    public final int crossAttentionDim() {
        return crossAttentionDim;
    }

    /** Everything that decides the shapes, as in {@code config.json}; networks of equal configuration have weights of the same names. */
    public abstract String configuration();

    /** A network of the same configuration on the meta device, without values. */
    public abstract Backbone onMeta();
}
