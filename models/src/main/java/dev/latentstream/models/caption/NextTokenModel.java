package dev.latentstream.models.caption;

/** Reads texts row by row, and tells the logarithm of the probability of each token that may come next. */
interface NextTokenModel extends AutoCloseable {
    /** Reads what every text begins with. */
    float[][] first();

    /** Reads one more token a row. */
    float[][] next(long[] tokens);

    /** Goes on with these rows: some may end, others go on more than once. */
    void keep(long[] rows);

    @Override
    void close();
}
