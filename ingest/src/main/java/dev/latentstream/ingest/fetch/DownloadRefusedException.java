package dev.latentstream.ingest.fetch;

import java.io.IOException;

/** A URL that may not be read, or that its host does not send: another try within seconds brings the same. */
final class DownloadRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    DownloadRefusedException(String message) {
        super(message);
    }
}
