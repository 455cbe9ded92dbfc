/**
 * The comparison of runs: several networks on the identical samples, and a page about them.
 *
 * <p>Start reading at {@link CompareCommand}. {@link ComparisonPlan} says which runs are trained, {@link ComparedRuns} reads what they left,
 * {@link ComparisonPage} renders it. The plan is checked before anything is trained.
 */
@NullMarked
package dev.latentstream.app.compare;

import org.jspecify.annotations.NullMarked;
