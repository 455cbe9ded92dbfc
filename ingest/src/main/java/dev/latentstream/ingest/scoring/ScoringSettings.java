package dev.latentstream.ingest.scoring;

import dev.latentstream.runtime.batch.BatchSettings;
import dev.latentstream.runtime.settings.Checks;
import java.nio.file.Path;
import java.util.List;

/**
 * Settings of the scoring stage, which runs between the decoding and the admission of images if there are models.
 *
 * @param models folders with a {@code model.yaml} each
 * @param threads of one run of a network; 0 for one per core
 * @param batch settings of the batches
 */
public record ScoringSettings(List<Path> models, int threads, BatchSettings batch) {
    private static final int MAX_THREADS = 256;

    /** The defaults: no models, hence no stage. */
    public ScoringSettings() {
        this(List.of(), 0, new BatchSettings());
    }

    public ScoringSettings {
        models = List.copyOf(models);
        Checks.between("threads", threads, 0, MAX_THREADS);
    }

    /** Whether images are scored. */
    public boolean isEnabled() {
        return !models.isEmpty();
    }

    /** Returns the same settings with further models. */
    public ScoringSettings withModels(List<Path> others) {
        return new ScoringSettings(others, threads, batch);
    }
}
