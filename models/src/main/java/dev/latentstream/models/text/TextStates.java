package dev.latentstream.models.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.nn.Context;
import dev.latentstream.models.nn.Torch;
import java.util.Arrays;

/**
 * The encoding of B captions: the states of their tokens, padded to T tokens of width E, and a pooled embedding of width P for
 * each caption. Immutable as long as nobody writes to the arrays.
 */
public final class TextStates {
    /** Added to the attention score of padding, whose weight is 0 after the softmax. */
    private static final float MASKED = -10_000;

    private final int tokens;
    private final int width;
    private final float[] states;
    private final int[] lengths;
    private final float[] pooled;

    /**
     * Wraps arrays without a copy.
     *
     * @param states (B, T, E), with any values at the padding
     * @param lengths tokens of each caption before padding
     * @param pooled (B, P)
     */
    public TextStates(int tokens, int width, float[] states, int[] lengths, float[] pooled) {
        if (states.length != lengths.length * tokens * width) {
            throw new IllegalArgumentException("%d states are not %d captions of %d tokens of width %d"
                    .formatted(states.length, lengths.length, tokens, width));
        }
        if (lengths.length == 0 || pooled.length % lengths.length != 0) {
            throw new IllegalArgumentException("%d values do not split into a pooled embedding for each of %d captions"
                    .formatted(pooled.length, lengths.length));
        }
        this.tokens = tokens;
        this.width = width;
        this.states = states;
        this.lengths = lengths.clone();
        this.pooled = pooled;
    }

    /**
     * Concatenates the token states of two encoders; the pooled embeddings are those of the second.
     *
     * @throws IllegalArgumentException where they differ in the number or lengths of captions
     */
    static TextStates concat(TextStates first, TextStates second) {
        if (first.tokens != second.tokens || !Arrays.equals(first.lengths, second.lengths)) {
            throw new IllegalArgumentException(
                    "captions of %s tokens, padded to %d, do not match captions of %s, padded to %d"
                            .formatted(
                                    Arrays.toString(first.lengths),
                                    first.tokens,
                                    Arrays.toString(second.lengths),
                                    second.tokens));
        }
        int width = first.width + second.width;
        int rows = first.lengths.length * first.tokens;
        float[] states = new float[rows * width];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(first.states, row * first.width, states, row * width, first.width);
            System.arraycopy(second.states, row * second.width, states, row * width + first.width, second.width);
        }
        return new TextStates(first.tokens, width, states, first.lengths, second.pooled);
    }

    /** The captions {@code from} to {@code to}, exclusive. */
    public TextStates slice(int from, int to) {
        if (from == 0 && to == lengths.length) {
            return this;
        }
        int size = tokens * width;
        int pooledWidth = pooled.length / lengths.length;
        return new TextStates(
                tokens,
                width,
                Arrays.copyOfRange(states, from * size, to * size),
                Arrays.copyOfRange(lengths, from, to),
                Arrays.copyOfRange(pooled, from * pooledWidth, to * pooledWidth));
    }

    /** Number of captions. */
    public int captions() {
        return lengths.length;
    }

    /** Tokens of a caption before padding. */
    public int length(int caption) {
        return lengths[caption];
    }

    /** One value of the state of a token. */
    float state(int caption, int token, int axis) {
        return states[(caption * tokens + token) * width + axis];
    }

    /** One value of the pooled embedding of a caption. */
    float pooled(int caption, int axis) {
        return pooled[caption * (pooled.length / lengths.length) + axis];
    }

    /** The pooled embeddings (B, P), on the manager's device. */
    public NDArray pooled(NDManager manager) {
        return Torch.tensor(manager, pooled, lengths.length, pooled.length / lengths.length);
    }

    /** The states (B, T, E), on the manager's device, with the bias (B, 1, 1, T) that masks any padding. */
    public Context on(NDManager manager) {
        NDArray values = Torch.tensor(manager, states, lengths.length, tokens, width);
        if (Arrays.stream(lengths).allMatch(length -> length == tokens)) {
            return new Context(values, null);
        }
        float[] bias = new float[lengths.length * tokens];
        for (int caption = 0; caption < lengths.length; caption++) {
            Arrays.fill(bias, caption * tokens + lengths[caption], (caption + 1) * tokens, MASKED);
        }
        return new Context(values, Torch.tensor(manager, bias, lengths.length, 1, 1, tokens));
    }
}
