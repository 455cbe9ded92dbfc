package dev.latentstream.app.rejections;

import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.Rejection;
import java.time.Instant;

/**
 * An image that is refused.
 *
 * @param time of its refusal
 */
record RefusedImage(String imageId, Instant time, Rejection rejection) {
    /** The reason as settings and options name it. */
    String reason() {
        return KebabCase.of(rejection.getReason());
    }

    String source() {
        return rejection.getSource();
    }
}
