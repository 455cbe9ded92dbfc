package dev.latentstream.models.pretrain;

import dev.latentstream.models.image.ImageBatch;

/** An endless sequence of training images, each determined by its number, so that a run can be resumed. */
public interface ImageSamples {
    /** Returns the images {@code first} to {@code first + count - 1}. Called on another thread than the training's. */
    ImageBatch batch(long first, int count);
}
