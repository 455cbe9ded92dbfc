package dev.latentstream.models.backbone;

import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.nn.MacCounter;
import java.util.List;

/**
 * The cost of a network.
 *
 * @param macs multiply-accumulates of linear layers and convolutions in a forward pass for one image
 */
public record ModelCost(long parameters, long macs) {
    /** Values of four bytes per parameter: weight, gradient, two moments of AdamW, average. */
    private static final int FULL = 5;

    /** A backward pass computes the gradients of inputs and of weights, each for as many MACs as the forward pass. */
    private static final int PASSES = 3;

    /**
     * Counts the cost of a network on the meta device.
     *
     * @param height of a latent
     * @param width of a latent
     * @param textTokens tokens that every text is padded or cut to
     * @param pooledWidth width of a pooled text
     */
    public static ModelCost of(Backbone network, int height, int width, int textTokens, int pooledWidth) {
        long macs = MacCounter.count(pass -> {
            AddedConditioning whole =
                    new AddedConditioning(pass.tensor(1, pooledWidth), List.of(SizeConditioning.whole(height, width)));
            Conditioning text = new Conditioning(pass.tensor(1, textTokens, network.crossAttentionDim()), null, whole);
            return network.forward(pass, pass.tensor(1, network.inChannels(), height, width), new float[1], text);
        });
        return new ModelCost(network.parameters(), macs);
    }

    /** MACs of a training step for each of its samples: forward and backward pass. */
    public long trainingMacs() {
        return PASSES * macs;
    }

    /** Bytes of training state in 32 bits: 20 per parameter, whatever the batch. Activations come on top. */
    public long trainingBytes() {
        return 4 * FULL * parameters;
    }

    /** Bytes of training state with bfloat16: the same, and a copy of two bytes per parameter to compute with. */
    public long mixedTrainingBytes() {
        return trainingBytes() + 2 * parameters;
    }
}
