package dev.latentstream.app.bench;

import dev.latentstream.schemas.KebabCase;

/** The stages that can be measured. */
enum BenchStage {
    /** A list of URLs to images-raw. */
    FETCH,
    INGEST,
    /** Ingest once more, with files among the images that cost more than their size tells. */
    HOSTILE,
    /** The models of {@code scoring.models}. */
    SCORING,
    CAPTIONING,
    ENCODING,
    TRAINER,
    /** The feed of a trainer: reading, buffers, draws and the ledger, without the training. */
    FEED;

    @Override
    public String toString() {
        return KebabCase.of(this);
    }
}
