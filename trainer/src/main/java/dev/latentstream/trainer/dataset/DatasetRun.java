package dev.latentstream.trainer.dataset;

import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.MixturePolicy;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A run on a dataset.
 *
 * @param name name of the dataset
 * @param epochs passes over it; 0 for no end
 * @param mixture policy in force, of which the choice of captions applies
 * @param changed facts of the run, if its next step is the first one under them
 */
public record DatasetRun(
        String name,
        Dataset dataset,
        long epochs,
        Supplier<VersionedPolicy<MixturePolicy>> mixture,
        @Nullable LedgerRun changed) {}
