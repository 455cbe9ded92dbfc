package dev.latentstream.ingest.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opt-outs of hosts in headers. */
class OptOutTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "noai",
                "NoImageAI",
                "noindex",
                "nofollow, noindex",
                "none",
                "noimageindex",
                "testbot: noindex",
                "TestBot: nofollow, noai",
                "otherbot: noindex, testbot: noai",
                "unavailable_after: 25 Jun 2030, noindex",
                "*: noai"
            })
    void optsOut(String header) {
        assertThat(OptOut.directive(List.of(header), "testbot")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "all",
                "nofollow",
                "noarchive, nosnippet",
                "otherbot: noindex",
                "otherbot: noindex, nofollow, noai",
                "max-image-preview: none",
                "noaitraining"
            })
    void doesNotOptOut(String header) {
        assertThat(OptOut.directive(List.of(header), "testbot")).isEmpty();
    }

    @Test
    void retryAfterIsSecondsOrADate() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");

        assertThat(RetryAfter.parse("120", now)).contains(Duration.ofMinutes(2));
        assertThat(RetryAfter.parse("Thu, 1 Jan 2026 00:01:00 GMT", now)).contains(Duration.ofMinutes(1));
        assertThat(RetryAfter.parse("Thu, 1 Jan 2015 00:01:00 GMT", now)).contains(Duration.ZERO);
        assertThat(RetryAfter.parse("99999999999999999999", now)).contains(Duration.ofDays(365));
        assertThat(RetryAfter.parse("Fri, 31 Dec 9999 23:59:59 GMT", now)).contains(Duration.ofDays(365));
        assertThat(RetryAfter.parse("soon", now)).isEmpty();
        assertThat(RetryAfter.parse("-1", now)).isEmpty();
        assertThat(RetryAfter.parse(null, now)).isEmpty();
    }
}
