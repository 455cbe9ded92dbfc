/**
 * The ledger of a run: the events of its feed and the samples of each step.
 *
 * <p>Start reading at {@link TrainingLog}, which writes it; {@link LedgerTail} reads what a checkpoint does not cover. What the events mean is
 * decided in {@code trainer.feed}.
 *
 * <p>Promises: a step that {@link FeedLedger#append} has completed is committed; one trainer at a time writes for a run; steps are read in order, none
 * is missing, and one that was written again replaces what followed it before.
 */
@NullMarked
package dev.latentstream.trainer.ledger;

import org.jspecify.annotations.NullMarked;
