package dev.latentstream.ingest.sources.state;

/** Another writer has the transactional id of the source, or the cluster has ended a transaction for its age, or may have. */
final class WriterFencedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WriterFencedException(Throwable cause) {
        super(cause);
    }
}
