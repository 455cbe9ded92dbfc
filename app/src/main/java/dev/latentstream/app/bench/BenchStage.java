package dev.latentstream.app.bench;

import java.util.Locale;

/** The stages that can be measured. */
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
