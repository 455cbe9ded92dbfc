package dev.latentstream.ingest.fetch;

import static dev.latentstream.ingest.fetch.FetchFixture.bytes;
import static dev.latentstream.ingest.fetch.FetchFixture.hosts;
import static dev.latentstream.ingest.fetch.FetchFixture.refusal;
import static dev.latentstream.ingest.fetch.FetchFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RobotsTest {
    private TestOrigin origin;
    private Fetcher fetcher;

    @BeforeEach
    void start() throws IOException {
        origin = TestOrigin.start().otherwise(exchange -> TestOrigin.send(exchange, 200, new byte[] {1}));
        fetcher = FetchFixture.start(settings(origin.port(), hosts(4, Duration.ZERO)), 1 << 20, Map.of());
    }

    @AfterEach
    void close() {
        fetcher.close();
        origin.close();
    }

    @Test
    void whatARobotsFileDisallowsIsNotAskedFor() throws Exception {
        origin.on("/robots.txt", 200, "User-agent: *\nDisallow: /private/\nAllow: /private/open.jpg\n");

        assertThat(refusal(fetcher, origin.url("a.test", "/private/a.jpg")))
                .isEqualTo(new Refusal(
                        RejectionReason.ROBOTS, "/private/a.jpg", "allowed", "robots.txt of a.test disallows it"));
        assertThat(bytes(fetcher, origin.url("a.test", "/private/open.jpg"))).hasSize(1);
        assertThat(bytes(fetcher, origin.url("a.test", "/a.jpg"))).hasSize(1);
        assertThat(origin.paths()).containsExactly("/robots.txt", "/private/open.jpg", "/a.jpg");
    }

    @Test
    void theGroupOfOwnNameCounts() throws Exception {
        origin.on("/robots.txt", 200, "User-agent: *\nDisallow:\n\nUser-agent: TestBot\nDisallow: /\n");

        assertThat(refusal(fetcher, origin.url("a.test", "/a.jpg")).reason()).isEqualTo(RejectionReason.ROBOTS);
    }

    @Test
    void aHostWithoutARobotsFileAllowsEverythingAndOneThatFailsNothing() throws Exception {
        origin.on(
                "/robots.txt",
                exchange -> TestOrigin.send(
                        exchange,
                        exchange.getRequestHeaders().getFirst("Host").startsWith("a.") ? 404 : 500,
                        new byte[0]));

        assertThat(bytes(fetcher, origin.url("a.test", "/a.jpg"))).hasSize(1);
        assertThat(refusal(fetcher, origin.url("b.test", "/b.jpg")).detail())
                .isEqualTo("robots.txt: the host answers 500");
        assertThat(refusal(fetcher, origin.url("b.test", "/b.jpg")).reason()).isEqualTo(RejectionReason.ROBOTS);
    }

    @Test
    void aRobotsFileIsAskedForOncePerHostAndAgainIfItTookTooLong() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        origin.on("/robots.txt", exchange -> {
            if (asked.incrementAndGet() == 1) {
                origin.hang();
            }
            TestOrigin.send(exchange, 200, "User-agent: *\nDisallow: /b".getBytes(StandardCharsets.UTF_8));
        });

        assertThat(bytes(fetcher, origin.url("a.test", "/a.jpg"))).hasSize(1);
        assertThat(refusal(fetcher, origin.url("a.test", "/b.jpg")).reason()).isEqualTo(RejectionReason.ROBOTS);
        assertThat(asked).hasValue(2);
    }

    @Test
    void theRobotsFileOfARedirectsTargetCounts() throws Exception {
        origin.on("/a.jpg", exchange -> {
            exchange.getResponseHeaders().set("Location", origin.url("b.test", "/b.jpg"));
            TestOrigin.send(exchange, 302, new byte[0]);
        });
        origin.on(
                "/robots.txt",
                exchange -> TestOrigin.send(
                        exchange,
                        200,
                        (exchange.getRequestHeaders().getFirst("Host").startsWith("b.")
                                        ? "User-agent: *\nDisallow: /"
                                        : "")
                                .getBytes(StandardCharsets.UTF_8)));

        assertThat(refusal(fetcher, origin.url("a.test", "/a.jpg")).detail())
                .isEqualTo("robots.txt of b.test disallows it");
    }

    @Test
    void aCrawlDelayIsKept() throws Exception {
        origin.on("/robots.txt", 200, "User-agent: *\nCrawl-delay: 1\n");
        bytes(fetcher, origin.url("a.test", "/1.jpg"));

        bytes(fetcher, origin.url("a.test", "/2.jpg"));

        assertThat(origin.hits().get(2).nanos() - origin.hits().get(1).nanos()).isGreaterThan(700_000_000L);
    }

    @Test
    void whatAHostSaysOfItsRobotsFileItDoesNotSayOfItsImages() throws Exception {
        origin.on("/robots.txt", exchange -> {
            exchange.getResponseHeaders().set("X-Robots-Tag", "noindex");
            TestOrigin.send(exchange, 200, "User-agent: *\nDisallow: /private/\n".getBytes(StandardCharsets.UTF_8));
        });

        assertThat(bytes(fetcher, origin.url("a.test", "/a.jpg"))).hasSize(1);
        assertThat(refusal(fetcher, origin.url("a.test", "/private/a.jpg")).reason())
                .isEqualTo(RejectionReason.ROBOTS);
    }

    @Test
    void theFirstLinesOfALongRobotsFileCountHoweverSmallImagesHaveToBe() throws Exception {
        String rules = "User-agent: *\nDisallow: /private/\n" + "Allow: /b/open\n".repeat(40_000);
        int cut = RobotsFiles.MAX_BYTES - 12; // in the last line's path, which would then be all
        origin.on("/robots.txt", 200, rules.substring(0, cut) + "\nDisallow: /b/private\n");

        try (Fetcher ofSmall = FetchFixture.start(settings(origin.port(), hosts(4, Duration.ZERO)), 1000, Map.of())) {
            assertThat(bytes(ofSmall, origin.url("a.test", "/a.jpg"))).hasSize(1);
            assertThat(refusal(ofSmall, origin.url("a.test", "/private/a.jpg")).reason())
                    .isEqualTo(RejectionReason.ROBOTS);
        }
    }

    @Test
    void withoutTheSettingNoRobotsFileIsAskedFor() throws Exception {
        HostSettings rude = new HostSettings(4, Duration.ZERO, /* robots */ false, /* optOut */ false);
        origin.on("/a.jpg", exchange -> {
            exchange.getResponseHeaders().set("X-Robots-Tag", "noai");
            TestOrigin.send(exchange, 200, new byte[] {1});
        });

        try (Fetcher other = FetchFixture.start(settings(origin.port(), rude), 1 << 20, Map.of())) {
            assertThat(bytes(other, origin.url("a.test", "/a.jpg"))).hasSize(1);
        }
        assertThat(origin.paths()).containsExactly("/a.jpg");
    }
}
