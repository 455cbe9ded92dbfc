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
    /** What a trainer reads, buffers, draws and records, without the training. */
    FEED;

    @Override
    public String toString() {
        return KebabCase.of(this);
    }
}
