package dev.latentstream.ingest.sources;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Bytes that could not be read this time, though another run may read them: unlike damage, it says nothing about them. */
public final class BrokenInputException extends IOException {
    private static final long serialVersionUID = 1;

    private final Extent extent;

    /** The unreadable input. */
    public enum Extent {
        /** One item or part. */
        ITEM,
        /** The whole source, as when its server does not answer. */
        SOURCE
    }

    public BrokenInputException(Extent extent, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.extent = extent;
    }

    public boolean isOfSource() {
        return extent == Extent.SOURCE;
    }
}
