package dev.latentstream.models.pretrain;

import dev.latentstream.models.image.ImageBatch;
import java.util.List;

/** An endless sequence of captioned training images, each determined by its number, so that a run can be resumed. */
public interface CaptionedImages {
    /** Returns the image of a number, as a batch of one. Called on another thread than the training's. */
    ImageBatch image(long number);

    /** Returns one or more captions of the image of a number, from which the conditioning is drawn uniformly. */
    List<String> captions(long number);
}
