package dev.latentstream.schemas;

import org.jspecify.annotations.Nullable;

/** Bounds the size of rejection records, whose texts come from images and their sources. */
public final class BoundedRejection {
    private static final int MAX_NAME = 200;
    private static final int MAX_TEXT = 4000;

    private BoundedRejection() {}

    /** Returns a copy with names and values cut to 200 characters, and detail and URI to 4000. */
    public static Rejection of(Rejection rejection) {
        return Rejection.newBuilder(rejection)
                .setValue(cutOrNull(rejection.getValue().orElse(null)))
                .setBound(cutOrNull(rejection.getBound().orElse(null)))
                .setDetail(cut(rejection.getDetail(), MAX_TEXT))
                .setSource(cut(rejection.getSource(), MAX_NAME))
                .setUri(cut(rejection.getUri(), MAX_TEXT))
                .build();
    }

    private static @Nullable String cutOrNull(@Nullable String text) {
        return text == null ? null : cut(text, MAX_NAME);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }
}
