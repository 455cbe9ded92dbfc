package dev.latentstream.trainer.feed;

import dev.latentstream.schemas.Caption;

/**
 * A sample of a batch.
 *
 * @param source name of its source
 * @param caption index of its caption, or {@link CaptionChoice#NONE}
 */
public record ChosenSample(String source, LatentSample sample, int caption) {
    /** What the network is told; empty for none. */
    String text() {
        return caption == CaptionChoice.NONE ? "" : chosen().getText();
    }

    /** {@code none}, {@code alt}, or the density level. */
    public String choice() {
        return CaptionChoice.name(sample.captions(), caption);
    }

    /** Distinct nouns of the caption. */
    public int nouns() {
        return caption == CaptionChoice.NONE ? 0 : chosen().getNouns().size();
    }

    private Caption chosen() {
        return sample.captions().get(caption);
    }
}
