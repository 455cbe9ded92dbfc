package dev.latentstream.ingest.fetch;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A download that does not succeed, whatever is tried within seconds. */
public final class DownloadException extends IOException {
    private static final long serialVersionUID = 1;

    private final Fault fault;

    /** The party at fault. */
    public enum Fault {
        /** The file: it is not there, may not be read, changes or breaks off. */
        FILE,
        /** Its host, or the network: other files cannot be read either. */
        HOST
    }

    DownloadException(Fault fault, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    static DownloadException ofFile(String message) {
        return new DownloadException(Fault.FILE, message, null);
    }

    public Fault fault() {
        return fault;
    }
}
