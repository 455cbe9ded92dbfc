package dev.latentstream.app.ledger;

import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.Topics;
import org.jspecify.annotations.Nullable;

/**
 * One sample of a run, joined with the latent that it drew.
 *
 * @param run name of the run
 * @param ledger the step of the run
 * @param index place in the batch, from 0
 * @param source name of its source
 * @param text the chosen caption; null if it is the empty one, and if the log no longer has the latent
 */
record SampleRow(String run, LedgerStep ledger, int index, String source, StoredLatent.@Nullable Text text) {
    /**
     * Returns the row of a sample.
     *
     * @param index place in the batch, from 0
     * @param latent what is at its place; null if the log no longer has it
     */
    static SampleRow of(RunSteps run, Topics topics, LedgerStep step, int index, @Nullable StoredLatent latent) {
        LedgerSample sample = step.getSamples().get(index);
        StoredLatent.@Nullable Text text = latent == null || !latent.image().equals(sample.getImage())
                ? null
                : latent.caption(sample.getCaption()).orElse(null);
        String source = topics.sourceOfLatents(step.getTopics().get(sample.getTopic()));
        return new SampleRow(run.run(), step, index, source, text);
    }

    private LedgerSample sample() {
        return ledger.getSamples().get(index);
    }

    long step() {
        return ledger.getStep();
    }

    /** Returns the place of the latent's record. */
    Place place() {
        return StoredLatents.place(ledger, sample());
    }

    String imageId() {
        return sample().getImage();
    }

    /** Returns the index of the chosen caption in the record; -1 is the empty caption. */
    int captionIndex() {
        return sample().getCaption();
    }

    /** Returns the chosen caption; null if the log no longer has the record. */
    @Nullable String caption() {
        if (text != null) {
            return text.text();
        }
        return captionIndex() < 0 ? "" : null;
    }

    /** Returns the density level of the caption; null for alt text, the empty caption, and if the log no longer has the record. */
    @Nullable String level() {
        return text == null ? null : text.level();
    }

    /** Returns the version of the mixture policy in force. */
    long mixturePolicy() {
        return ledger.getMixturePolicy();
    }

    /** Returns whether the latent stayed in its buffer, because its source was dry. */
    boolean stays() {
        return sample().getStays();
    }

    /** Returns whether the sample was not trained, because its image was removed after it was drawn. */
    boolean skipped() {
        return ledger.getSkipped().contains(index);
    }
}
