package dev.latentstream.models.caption;

/** A language model with state: a batch of texts, and for each the log-probabilities of its next token. */
interface NextTokenModel extends AutoCloseable {
    /** Starts all texts with their prefix. */
    float[][] first();

    /** Appends a token to each text. */
    float[][] next(long[] tokens);

    /** Continues with these rows: some may be dropped, others repeated. */
    void keep(long[] rows);

    @Override
    void close();
}
