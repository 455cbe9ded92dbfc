package dev.latentstream.ingest;

import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Rejection;

/** What ingest decides about an image id. */
sealed interface Verdict {
    /** It goes on. */
    record Admitted(Image image) implements Verdict {}

    /** It goes no further. */
    record Refused(Rejection rejection) implements Verdict {}

    /** It was refused before, and that no longer holds: its rejection is taken back. */
    record Withdrawn() implements Verdict {}
}
