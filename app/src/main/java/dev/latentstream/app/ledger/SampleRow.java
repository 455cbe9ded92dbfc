package dev.latentstream.app.ledger;

import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.Topics;
import org.jspecify.annotations.Nullable;

/**
 * One sample of a run, as other tools read it.
 *
 * @param run name of the run
 * @param step step of the run, from 1
 * @param sample place in the batch, from 0
 * @param source name of its source
 * @param topic latent topic
 * @param partition partition of the latent's record
 * @param offset offset of the latent's record
 * @param imageId image id
 * @param captionIndex index of the chosen caption in the record; -1 is the empty caption
 * @param caption the chosen caption; null if the log no longer has the record
 * @param level density level of the caption; null for alt text, the empty caption, and if the log no longer has the record
 * @param mixturePolicy version of the mixture policy in force
 * @param stays whether the latent stayed in its buffer, because its source was dry
 * @param skipped whether the sample was not trained, because its image was removed after it was drawn
 */
record SampleRow(
        String run,
        long step,
        int sample,
        String source,
        String topic,
        int partition,
        long offset,
        String imageId,
        int captionIndex,
        @Nullable String caption,
        @Nullable String level,
        long mixturePolicy,
        boolean stays,
        boolean skipped) {
    /**
     * Returns the row of a sample.
     *
     * @param index place in the batch, from 0
     * @param latent what is at its place; null if the log no longer has it
     */
    static SampleRow of(RunSteps run, Topics topics, LedgerStep step, int index, @Nullable StoredLatent latent) {
        LedgerSample sample = step.getSamples().get(index);
        String topic = step.getTopics().get(sample.getTopic());
        StoredLatent.@Nullable Text text = latent == null || !latent.image().equals(sample.getImage())
                ? null
                : latent.caption(sample.getCaption()).orElse(null);
        String empty = sample.getCaption() < 0 ? "" : null;
        return new SampleRow(
                run.run(),
                step.getStep(),
                index,
                topics.sourceOfLatents(topic),
                topic,
                sample.getPartition(),
                sample.getOffset(),
                sample.getImage(),
                sample.getCaption(),
                text == null ? empty : text.text(),
                text == null ? null : text.level(),
                step.getMixturePolicy(),
                sample.getStays(),
                step.getSkipped().contains(index));
    }
}
