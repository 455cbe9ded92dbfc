package dev.latentstream.app.bench;

import dev.latentstream.schemas.KebabCase;

/** The stages that can be measured. */
enum BenchStage {
    INGEST,
    CAPTIONING,
    ENCODING,
    TRAINER;

    @Override
    public String toString() {
        return KebabCase.of(this);
    }
}
