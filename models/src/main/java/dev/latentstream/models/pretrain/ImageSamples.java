package dev.latentstream.models.pretrain;

import dev.latentstream.models.image.ImageBatch;

/** Pictures to learn from: endless, each fixed by its number, so that a run can go on where it stopped. */
public interface ImageSamples {
    /** The pictures {@code first} to {@code first + count - 1}. Called from another thread than the training's. */
    ImageBatch batch(long first, int count);
}
