package dev.latentstream.app.ledger;

import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.Latent;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The record of a latent topic at the place of a sample, without the latent itself.
 *
 * @param image key of the record: the image id
 * @param encoder id of its encoder; empty for a tombstone
 * @param captions its captions; none for a tombstone
 */
record StoredLatent(String image, String encoder, List<Text> captions) {
    /**
     * A caption.
     *
     * @param level its density level; null for alt text
     */
    record Text(String text, @Nullable String level) {
        static Text of(Caption caption) {
            return new Text(caption.getText(), caption.getLevel().orElse(null));
        }
    }

    static StoredLatent of(String image, @Nullable Latent latent) {
        if (latent == null) {
            return new StoredLatent(image, "", List.of());
        }
        return new StoredLatent(
                image,
                latent.getEncoding().getEncoderId(),
                latent.getCaptions().getCaptions().stream().map(Text::of).toList());
    }

    /** Returns a caption by its index in the ledger; empty for the empty caption, and for one that is not there. */
    Optional<Text> caption(int index) {
        return index >= 0 && index < captions.size() ? Optional.of(captions.get(index)) : Optional.empty();
    }
}
