package dev.latentstream.models.diffusion;

import dev.latentstream.models.nn.CheckpointingPass;
import dev.latentstream.models.nn.MixedPrecisionPass;
import dev.latentstream.models.nn.Pass;

/**
 * How a step of training is computed; what it learns stays the same, but for rounding.
 *
 * @param multiplications type of the factors of linear layers, convolutions and attention; weights and moments have 32 bits
 * @param recompute whether blocks are computed again on the way back, for less memory (see {@link CheckpointingPass})
 * @param microBatch most samples that are sent through the network at once: gradients of several are gathered; 0 for all
 */
public record StepComputation(Arithmetic multiplications, boolean recompute, int microBatch) {
    /** Types to multiply in. */
    public enum Arithmetic {
        FLOAT32,
        BFLOAT16
    }

    /** In 32 bits, all at once. */
    public static final StepComputation PLAIN = new StepComputation(Arithmetic.FLOAT32, false, 0);

    public StepComputation {
        if (microBatch < 0) {
            throw new IllegalArgumentException("a micro-batch of %d samples; 0 for all at once".formatted(microBatch));
        }
    }

    /** Samples of a batch that are sent through at once. */
    int microBatchSize(int batch) {
        return microBatch == 0 ? batch : Math.min(microBatch, batch);
    }

    /** What a network is trained through. One thread at a time. */
    public Pass pass() {
        Pass pass =
                switch (multiplications) {
                    case FLOAT32 -> Pass.PLAIN;
                    case BFLOAT16 -> new MixedPrecisionPass();
                };
        return recompute ? new CheckpointingPass(pass) : pass;
    }
}
