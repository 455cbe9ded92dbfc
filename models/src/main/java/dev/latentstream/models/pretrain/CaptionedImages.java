package dev.latentstream.models.pretrain;

import dev.latentstream.models.image.ImageBatch;
import java.util.List;

/** Images with their captions to learn from: endless, each fixed by its number, so that a run can continue where it stopped. */
public interface CaptionedImages {
    /** The image of this number, alone in its batch. Called from another thread than the training's. */
    ImageBatch image(long number);

    /** Captions of the image of this number, one or more, each as likely as another to be what a network is conditioned on. */
    List<String> captions(long number);
}
