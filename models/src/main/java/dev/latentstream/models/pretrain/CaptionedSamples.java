package dev.latentstream.models.pretrain;

import dev.latentstream.models.image.ImageBatch;
import java.util.List;
import java.util.Set;

/** Captioned pictures to learn from: endless, each fixed by its number, so that a run can go on where it stopped. */
public interface CaptionedSamples {
    /**
     * Words by which captions are measured.
     *
     * @param nouns of objects
     * @param colours that stand before them
     */
    record Words(Set<String> nouns, Set<String> colours) {
        public Words {
            nouns = Set.copyOf(nouns);
            colours = Set.copyOf(colours);
        }
    }

    /** A caption and the prompt that asks for it. */
    record PromptedCaption(String prompt, String caption) {}

    /**
     * Pictures, what is told of each, and what each patch shows.
     *
     * @param texts of each picture, one or more
     * @param labels for each kind of label a class for each patch, picture by picture, row by row
     */
    record Batch(ImageBatch images, List<List<PromptedCaption>> texts, List<long[]> labels) {
        public Batch {
            texts = List.copyOf(texts);
            labels = List.copyOf(labels);
        }
    }

    /** The pictures {@code first} to {@code first + count - 1}. Called from another thread than the training's. */
    Batch batch(long first, int count);

    /** All texts of that many pictures, for a vocabulary. */
    List<PromptedCaption> texts(int count);

    /** Classes of each kind of label. */
    List<Integer> classes();

    Words words();
}
