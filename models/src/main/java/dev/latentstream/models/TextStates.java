package dev.latentstream.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.Backbone.Text;
import java.util.Arrays;

/** The states of the tokens of B captions, padded to T tokens of width E. Immutable as long as nobody writes to the array. */
public final class TextStates {
    /** Added to the attention score of padding: after the softmax nothing is left of it. */
    private static final float MASKED = -10_000;

    private final int tokens;
    private final int width;
    private final float[] states;
    private final int[] lengths;

    /**
     * Takes states as they are.
     *
     * @param states (B, T, E), whatever stands where there is no token
     * @param lengths tokens of each caption before padding
     */
    public TextStates(int tokens, int width, float[] states, int[] lengths) {
        if (states.length != lengths.length * tokens * width) {
            throw new IllegalArgumentException("%d states are not %d captions of %d tokens of width %d"
                    .formatted(states.length, lengths.length, tokens, width));
        }
        this.tokens = tokens;
        this.width = width;
        this.states = states;
        this.lengths = lengths.clone();
    }

    /** Some of them. */
    TextStates slice(int from, int to) {
        if (from == 0 && to == lengths.length) {
            return this;
        }
        int size = tokens * width;
        return new TextStates(
                tokens,
                width,
                Arrays.copyOfRange(states, from * size, to * size),
                Arrays.copyOfRange(lengths, from, to));
    }

    /** Number of captions. */
    public int captions() {
        return lengths.length;
    }

    /** Tokens of a caption before padding. */
    public int length(int caption) {
        return lengths[caption];
    }

    /** One number of the state of a token. */
    float state(int caption, int token, int axis) {
        return states[(caption * tokens + token) * width + axis];
    }

    /** On the manager's device: states (B, T, E), with the bias (B, 1, 1, T) that hides the padding if there is any. */
    public Text on(NDManager manager) {
        NDArray values = Torch.tensor(manager, states, lengths.length, tokens, width);
        if (Arrays.stream(lengths).allMatch(length -> length == tokens)) {
            return new Text(values, null);
        }
        float[] bias = new float[lengths.length * tokens];
        for (int caption = 0; caption < lengths.length; caption++) {
            Arrays.fill(bias, caption * tokens + lengths[caption], (caption + 1) * tokens, MASKED);
        }
        return new Text(values, Torch.tensor(manager, bias, lengths.length, 1, 1, tokens));
    }
}
