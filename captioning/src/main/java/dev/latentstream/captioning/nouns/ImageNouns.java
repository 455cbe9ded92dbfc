package dev.latentstream.captioning.nouns;

import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The nouns of one image, each once: an image-noun pair is one of them, as in Table 3 of "On the Scalability of Diffusion-based Text-to-Image
 * Generation" (arXiv 2404.02883).
 *
 * <p>A noun is what {@link Nouns} finds, common or proper, as a lemma in lower case. Words with which captions speak of the image instead of
 * what is to be seen, such as {@code picture} or the {@code left} in "on the left", are not counted.
 *
 * @param real those of texts that the image was found with
 * @param synthetic those of generated captions
 */
public record ImageNouns(Set<String> real, Set<String> synthetic) {
    /** Places in the image, the image itself, and its kinds. */
    private static final Set<String> TEMPLATE_WORDS = Set.of(
            "left",
            "right",
            "top",
            "bottom",
            "front",
            "back",
            "side",
            "middle",
            "center",
            "centre",
            "corner",
            "edge",
            "background",
            "foreground",
            "distance",
            "image",
            "picture",
            "photo",
            "photograph",
            "drawing",
            "painting",
            "illustration",
            "view",
            "scene",
            "close-up",
            "closeup",
            "shot");

    public ImageNouns {
        real = Set.copyOf(real);
        synthetic = Set.copyOf(synthetic);
    }

    /** Returns the nouns of all captions of an image. */
    public static ImageNouns of(Collection<Caption> captions) {
        return new ImageNouns(nouns(captions, CaptionKind.ALT), nouns(captions, CaptionKind.SYNTHETIC));
    }

    /** Returns the lemmas that name something to be seen, in lower case. */
    public static List<String> seen(Collection<String> lemmas) {
        return lemmas.stream()
                .map(lemma -> lemma.toLowerCase(Locale.ROOT))
                .distinct()
                .filter(lemma -> !TEMPLATE_WORDS.contains(lemma))
                .toList();
    }

    /** Returns the nouns of texts and captions together. */
    public Set<String> both() {
        Set<String> both = new LinkedHashSet<>(real);
        both.addAll(synthetic);
        return both;
    }

    private static Set<String> nouns(Collection<Caption> captions, CaptionKind kind) {
        return new LinkedHashSet<>(seen(captions.stream()
                .filter(caption -> caption.getKind() == kind)
                .flatMap(caption -> caption.getNouns().stream())
                .toList()));
    }
}
