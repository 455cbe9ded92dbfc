package dev.latentstream.models.nn;

import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/** The distribution of a weight's initial values. */
public record Initializer(Kind kind, float amount) {
    public static final Initializer ZEROS = new Initializer(Kind.CONSTANT, 0);
    public static final Initializer ONES = new Initializer(Kind.CONSTANT, 1);

    private enum Kind {
        CONSTANT,
        UNIFORM,
        NORMAL
    }

    /** Uniform within 1 / sqrt(inputs): PyTorch's default for linear layers and convolutions. */
    public static Initializer fanIn(long inputs) {
        return new Initializer(Kind.UNIFORM, (float) (1 / Math.sqrt((double) inputs)));
    }

    /** Uniform, with a variance that keeps those of activations and gradients (Glorot and Bengio 2010). */
    public static Initializer xavier(long inputs, long outputs) {
        return new Initializer(Kind.UNIFORM, (float) Math.sqrt(6.0 / (inputs + outputs)));
    }

    /** Normal, mean 0. */
    public static Initializer normal(double deviation) {
        return new Initializer(Kind.NORMAL, (float) deviation);
    }

    /** Values for a weight of that shape, C-contiguous. */
    public float[] values(Shape shape, SplittableRandom random) {
        float[] values = new float[Math.toIntExact(shape.size())];
        fill(FloatBuffer.wrap(values), random);
        return values;
    }

    /** Writes the values of a weight to its memory, C-contiguous. */
    public void fill(FloatBuffer memory, SplittableRandom random) {
        while (memory.hasRemaining()) {
            memory.put(
                    switch (kind) {
                        case CONSTANT -> amount;
                        case UNIFORM -> (float) random.nextDouble(-amount, amount);
                        case NORMAL -> (float) (amount * random.nextGaussian());
                    });
        }
    }
}
