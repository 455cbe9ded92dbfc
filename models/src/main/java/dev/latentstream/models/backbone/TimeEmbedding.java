package dev.latentstream.models.backbone;

import ai.djl.ndarray.NDArray;
import dev.latentstream.models.nn.Activation;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.Pass;

/** Two layers after the sinusoidal embedding of a timestep or a size: (B, I) -> (B, O). {@code TimestepEmbedding} of diffusers. */
final class TimeEmbedding extends Layer {
    private final Activation activation;
    private final Linear first;
    private final Linear second;

    TimeEmbedding(int in, int out, Activation activation) {
        this(activation, Linear.of(in, out), Linear.of(out, out));
    }

    TimeEmbedding(int in, int out, Activation activation, Initializer init) {
        this(activation, Linear.of(in, out, init), Linear.of(out, out, init));
    }

    private TimeEmbedding(Activation activation, Linear first, Linear second) {
        this.activation = activation;
        this.first = child("linear_1", first);
        this.second = child("linear_2", second);
    }

    NDArray forward(Pass pass, NDArray embedding) {
        return second.forward(pass, activation.of(first.forward(pass, embedding)));
    }
}
