package dev.latentstream.models.pretrain;

import dev.latentstream.models.image.ImageBatch;
import java.util.List;
import java.util.Set;

/** An endless sequence of captioned training images, each determined by its number, so that a run can be resumed. */
public interface CaptionedSamples {
    /**
     * The words that captions are scored by.
     *
     * @param nouns of objects
     * @param colours of objects, which precede the noun
     */
    record Words(Set<String> nouns, Set<String> colours) {
        public Words {
            nouns = Set.copyOf(nouns);
            colours = Set.copyOf(colours);
        }
    }

    /** A caption and the prompt that it follows. */
    record PromptedCaption(String prompt, String caption) {}

    /**
     * Images with their captions, and the contents of each patch.
     *
     * @param texts one or more for each image
     * @param labels for each kind of label, the class of each patch, image by image, row by row
     */
    record Batch(ImageBatch images, List<List<PromptedCaption>> texts, List<long[]> labels) {
        public Batch {
            texts = List.copyOf(texts);
            labels = List.copyOf(labels);
        }
    }

    /** Returns the images {@code first} to {@code first + count - 1}. Called on another thread than the training's. */
    Batch batch(long first, int count);

    /** Returns all texts of that many images, for a vocabulary. */
    List<PromptedCaption> texts(int count);

    /** Returns the number of classes of each kind of label. */
    List<Integer> classes();

    Words words();
}
