package dev.latentstream.ingest;

import dev.latentstream.ingest.image.ImageReader;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.BoundedRejection;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.RejectionReason;
import java.util.Set;

/** Creates the rejection records of ingest. */
final class Rejections {
    /** The stage that refuses. */
    static final String STAGE = "ingest";

    private static final Set<RejectionReason> SHOWS_NOTHING =
            Set.of(RejectionReason.REMOVED, RejectionReason.OPTED_OUT);

    private Rejections() {}

    static Rejection of(Refusal refusal, String source, String uri, long policy) {
        return of(STAGE, refusal, source, uri, policy);
    }

    /** @param stage the stage that refuses */
    static Rejection of(String stage, Refusal refusal, String source, String uri, long policy) {
        return BoundedRejection.of(Rejection.newBuilder()
                .setStage(stage)
                .setReason(refusal.reason())
                .setValue(refusal.value())
                .setBound(refusal.bound())
                .setDetail(refusal.detail())
                .setSource(source)
                .setUri(uri)
                .setPolicy(policy)
                .build());
    }

    /** Adds what is known of the refused file; of one that must not be used nothing is shown. */
    static Rejection completed(Rejection rejection, Candidate candidate) {
        rejection.setOriginal(candidate.getOriginal().orElse(null));
        if (candidate.getFound() instanceof Image image && !SHOWS_NOTHING.contains(rejection.getReason())) {
            rejection.setScores(image.getScores());
            rejection.setThumbnail(ImageReader.thumbnail(image.getImage()));
        }
        return rejection;
    }
}
