package dev.latentstream.ingest;

import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.NearMessage;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import org.jspecify.annotations.Nullable;

/** The decision of ingest about an image id. */
sealed interface Verdict {
    /** The image passes on to the next stage. */
    record Admitted(Image image) implements Verdict {}

    /**
     * The image is rejected.
     *
     * @param kept the record for the quarantine; null for none
     */
    record Refused(Rejection rejection, @Nullable RawImage kept) implements Verdict {}

    /** An admitted image was removed and is withdrawn. */
    record Removed() implements Verdict {}

    /** The image is not decided: a step in the search for near duplicates. */
    record Asked(NearMessage message) implements Verdict {}

    /** An earlier rejection no longer holds and is withdrawn. */
    record Withdrawn() implements Verdict {}
}
