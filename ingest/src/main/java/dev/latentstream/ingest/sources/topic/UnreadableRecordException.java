package dev.latentstream.ingest.sources.topic;

/** A record that has no image, for the reason of the message. */
final class UnreadableRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableRecordException(String reason) {
        super(reason);
    }
}
