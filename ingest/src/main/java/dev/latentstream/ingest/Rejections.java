package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.BoundedRejection;
import dev.latentstream.schemas.Rejection;

/** Creates the rejection records of ingest. */
final class Rejections {
    /** The stage that refuses. */
    static final String STAGE = "ingest";

    private Rejections() {}

    static Rejection of(Refusal refusal, String source, String uri, long policy) {
        return BoundedRejection.of(new Rejection(
                STAGE, refusal.reason(), refusal.value(), refusal.bound(), refusal.detail(), source, uri, policy));
    }
}
