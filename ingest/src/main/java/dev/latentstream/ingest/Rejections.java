package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.Rejection;
import org.jspecify.annotations.Nullable;

/** Makes rejection records, which stay small whatever a hostile image says about itself. */
final class Rejections {
    /** The stage that refuses. */
    static final String STAGE = "ingest";

    private static final int MAX_NAME = 200;
    private static final int MAX_URI = 4000;

    private Rejections() {}

    static Rejection of(Refusal refusal, String source, String uri, long policy) {
        return Rejection.newBuilder()
                .setStage(STAGE)
                .setReason(refusal.reason())
                .setValue(shortened(refusal.value(), MAX_NAME))
                .setBound(shortened(refusal.bound(), MAX_NAME))
                .setDetail(cut(refusal.detail(), MAX_URI))
                .setSource(cut(source, MAX_NAME))
                .setUri(cut(uri, MAX_URI))
                .setPolicy(policy)
                .build();
    }

    private static @Nullable String shortened(@Nullable String text, int length) {
        return text == null ? null : cut(text, length);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }
}
