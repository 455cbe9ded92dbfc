package dev.latentstream.app.bench;

import java.util.Locale;

/** What can be measured. */
enum BenchStage {
    INGEST,
    CAPTIONING,
    ENCODING,
    TRAINER;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
