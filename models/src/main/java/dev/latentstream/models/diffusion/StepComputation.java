package dev.latentstream.models.diffusion;

import dev.latentstream.models.nn.CheckpointingPass;
import dev.latentstream.models.nn.MixedPrecisionPass;
import dev.latentstream.models.nn.Pass;

/**
 * The way in which a training step is computed. It changes time and memory, but the result only by rounding.
 *
 * @param multiplications type of the operands of linear layers, convolutions and attention; weights and moments have 32 bits
 * @param recompute whether blocks are recomputed in the backward pass to save memory (see {@link CheckpointingPass})
 * @param microBatch the most samples in one forward pass, over which gradients are accumulated; 0 for the whole batch
 */
public record StepComputation(Arithmetic multiplications, boolean recompute, int microBatch) {
    /** The type of operands. */
    public enum Arithmetic {
        FLOAT32,
        BFLOAT16
    }

    /** In 32 bits, the whole batch in one pass. */
    public static final StepComputation PLAIN = new StepComputation(Arithmetic.FLOAT32, false, 0);

    public StepComputation {
        if (microBatch < 0) {
            throw new IllegalArgumentException("a micro-batch of %d samples; 0 for all at once".formatted(microBatch));
        }
    }

    /** Samples of a batch in one forward pass. */
    int microBatchSize(int batch) {
        return microBatch == 0 ? batch : Math.min(microBatch, batch);
    }

    /** Returns a new pass to train a network with; not thread-safe. */
    public Pass pass() {
        Pass pass =
                switch (multiplications) {
                    case FLOAT32 -> Pass.PLAIN;
                    case BFLOAT16 -> new MixedPrecisionPass();
                };
        return recompute ? new CheckpointingPass(pass) : pass;
    }
}
