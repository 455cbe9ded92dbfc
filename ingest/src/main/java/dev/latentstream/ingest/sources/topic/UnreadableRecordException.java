package dev.latentstream.ingest.sources.topic;

/** A record, or a part of it, that cannot be read, for the reason of the message. */
final class UnreadableRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableRecordException(String reason) {
        super(reason);
    }
}
