package dev.latentstream.ingest;

import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Rejection;

/** The decision of ingest about an image id. */
sealed interface Verdict {
    /** The image passes on to the next stage. */
    record Admitted(Image image) implements Verdict {}

    /** The image is rejected. */
    record Refused(Rejection rejection) implements Verdict {}

    /** An admitted image was removed and is withdrawn. */
    record Removed() implements Verdict {}

    /** An earlier rejection no longer holds and is withdrawn. */
    record Withdrawn() implements Verdict {}
}
