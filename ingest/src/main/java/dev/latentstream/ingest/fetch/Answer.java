package dev.latentstream.ingest.fetch;

import dev.latentstream.ingest.image.Refusal;
import java.time.Duration;
import java.util.Optional;
import okhttp3.HttpUrl;

/** The response to one request. */
sealed interface Answer {
    /** The end of a URL. */
    record End(Fetched fetched) implements Answer {
        static End refused(Refusal refusal) {
            return new End(new Fetched.Refused(refusal));
        }
    }

    /** The file is elsewhere. */
    record Redirect(HttpUrl target) implements Answer {}

    /**
     * A failure that may pass.
     *
     * @param refusal the reason if it does not
     * @param after the wait that the host asks for
     */
    record Transient(Refusal refusal, Optional<Duration> after) implements Answer {}
}
