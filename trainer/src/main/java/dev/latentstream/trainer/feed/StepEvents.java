package dev.latentstream.trainer.feed;

import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.trainer.ledger.EndOfStepsException;
import dev.latentstream.trainer.ledger.LedgerPosition;
import java.util.concurrent.CompletableFuture;

/**
 * The events of one step, in the order in which the state receives them: decided now by {@link LiveEvents}, or read from the ledger by
 * {@link RecordedEvents}.
 */
interface StepEvents {
    /** The events of a run's steps, in their order. */
    interface Source {
        /**
         * Returns the events of the next step.
         *
         * @throws EndOfStepsException if there is none
         */
        StepEvents next() throws InterruptedException;

        /** Returns whether a source that has too few latents may get more; if not, that another takes its place is no fault. */
        default boolean isLive() {
            return true;
        }
    }

    /** Applies what happens before the step's first sample. */
    void begin() throws InterruptedException;

    /**
     * Takes records until the next sample can be drawn. Returns whether there is one: the last step of an epoch may have fewer samples, and
     * so may a step that waited when a topic or the mixture changed.
     *
     * @throws EndOfStepsException if there is no further step
     */
    boolean provide(int sample) throws InterruptedException;

    /** Returns whether the next sample stays in the buffer of its source. */
    boolean stays(int sample, FeedState.Choice choice) throws InterruptedException;

    /** Returns whether a drawn sample is not trained, because its image was removed after it was drawn. */
    boolean skips(int sample, String imageId);

    /** Puts the step into the ledger, or checks that it is there. The result completes with the position after it. */
    CompletableFuture<LedgerPosition> end(LedgerStep step);
}
