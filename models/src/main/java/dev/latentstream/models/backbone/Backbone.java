package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Context;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import org.jspecify.annotations.Nullable;

/**
 * The network of a latent diffusion model: it says of a noisy latent what it was trained to say, its noise or another
 * {@code Prediction}, from what the latent is to show.
 *
 * <p>A trainer and a sampler know no more of a network than this. {@link BackboneFolder} keeps one on disk; {@link Preset} has
 * those that papers name.
 */
public abstract class Backbone extends Layer {
    /**
     * What a latent is to show.
     *
     * @param context the text's tokens
     * @param added for a network that asks for them, of the kind that it asks for; null for another
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
     * latent (B, C, H, W) -> prediction (B, C', H, W): of the latent in the first C channels; what a network says of the
     * prediction's variance stands behind.
     *
     * @param timesteps the noise step of each image
     */
    public abstract NDArray forward(Pass pass, NDArray latent, float[] timesteps, Conditioning text);

    /** latent (B, C, H, W) -> prediction (B, C, H, W), without what a network says of its variance */
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

    /** All that decides the shapes, as {@code config.json} holds it; two networks of one configuration have the same weights. */
    public abstract String configuration();

    /** A network of the same configuration, without values. */
    public abstract Backbone onMeta();
}
