package dev.latentstream.trainer.feed;

import dev.latentstream.schemas.Caption;

/**
 * One sample of a batch.
 *
 * @param source name of its source
 * @param caption index of its caption, or {@link CaptionChoice#NONE}
 * @param lossWeight weight of its loss in the objective
 */
public record ChosenSample(String source, LatentSample sample, int caption, double lossWeight) {
    /** Returns the text that the network is conditioned on; empty for none. */
    String text() {
        return caption == CaptionChoice.NONE ? "" : chosen().getText();
    }

    /** Returns {@code none}, {@code alt}, or the density level. */
    public String choice() {
        return CaptionChoice.name(sample.captions(), caption);
    }

    /** Returns the number of distinct nouns in the caption. */
    public int nouns() {
        return caption == CaptionChoice.NONE ? 0 : chosen().getNouns().size();
    }

    private Caption chosen() {
        return sample.captions().get(caption);
    }
}
