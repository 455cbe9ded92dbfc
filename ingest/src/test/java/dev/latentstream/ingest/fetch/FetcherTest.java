package dev.latentstream.ingest.fetch;

import static dev.latentstream.ingest.fetch.FetchFixture.bytes;
import static dev.latentstream.ingest.fetch.FetchFixture.hosts;
import static dev.latentstream.ingest.fetch.FetchFixture.refusal;
import static dev.latentstream.ingest.fetch.FetchFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FetcherTest {
    private static final int MAX_BYTES = 1000;

    private TestOrigin origin;
    private Fetcher fetcher;

    @BeforeEach
    void start() throws IOException {
        origin = TestOrigin.start();
        fetcher = FetchFixture.start(settings(origin.port(), hosts(4, Duration.ZERO)), MAX_BYTES, Map.of());
    }

    @AfterEach
    void close() {
        fetcher.close();
        origin.close();
    }

    @Test
    void bringsTheBytes() throws Exception {
        origin.on("/a.jpg", 200, "the image");

        assertThat(bytes(fetcher, url("/a.jpg")))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("the image");
        assertThat(origin.paths()).containsExactly("/robots.txt", "/a.jpg");
    }

    @Test
    void aUrlThatOptedOutIsNotAskedForNorIsOneAfterARedirect() throws Exception {
        origin.on("/out.jpg", 200, "the image");
        origin.on("/in.jpg", exchange -> {
            exchange.getResponseHeaders().set("Location", "/out.jpg");
            TestOrigin.send(exchange, 302, new byte[0]);
        });
        Refusal listed = new Refusal(RejectionReason.OPTED_OUT, "url", "not in an opt-out list", "it is listed");
        try (Fetcher listing = FetchFixture.start(
                settings(origin.port(), hosts(4, Duration.ZERO)), MAX_BYTES, Map.of(), url -> Optional.of(listed)
                        .filter(found -> url.endsWith("/out.jpg")))) {
            assertThat(refusal(listing, url("/out.jpg"))).isEqualTo(listed);
            assertThat(origin.paths()).isEmpty();
            assertThat(refusal(listing, url("/in.jpg"))).isEqualTo(listed);
            assertThat(origin.paths()).containsExactly("/robots.txt", "/in.jpg");
        }
    }

    @Test
    void aStatusThatStaysIsNotAskedForAgain() throws Exception {
        Refusal refusal = refusal(fetcher, url("/missing.jpg"));

        assertThat(refusal.reason()).isEqualTo(RejectionReason.HTTP_STATUS);
        assertThat(refusal.value()).isEqualTo("404");
        assertThat(origin.paths()).containsExactly("/robots.txt", "/missing.jpg");
    }

    @Test
    void aStatusThatMayPassIsAskedForAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        origin.on(
                "/a.jpg",
                exchange -> TestOrigin.send(
                        exchange, asked.incrementAndGet() < 3 ? 503 : 200, "now".getBytes(StandardCharsets.UTF_8)));
        origin.on("/down.jpg", 502, "no");

        assertThat(bytes(fetcher, url("/a.jpg")))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("now");
        assertThat(refusal(fetcher, url("/down.jpg")).value()).isEqualTo("502");
        assertThat(origin.paths()).filteredOn("/down.jpg"::equals).hasSize(3);
    }

    @Test
    void retryAfterIsWaitedForAndALongOneIsNot() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        origin.on("/soon.jpg", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "1");
            TestOrigin.send(exchange, asked.incrementAndGet() < 2 ? 429 : 200, new byte[] {1});
        });
        origin.on("/late.jpg", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "3600");
            TestOrigin.send(exchange, 429, new byte[0]);
        });
        origin.on("/never.jpg", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT");
            TestOrigin.send(exchange, 503, new byte[0]);
        });

        assertThat(bytes(fetcher, url("/soon.jpg"))).hasSize(1);
        var soon = origin.hits().stream()
                .filter(hit -> hit.path().equals("/soon.jpg"))
                .toList();
        assertThat(soon.get(1).nanos() - soon.get(0).nanos()).isGreaterThanOrEqualTo(900_000_000L);
        assertThat(refusal(fetcher, "http://late.test:" + origin.port() + "/late.jpg")
                        .value())
                .isEqualTo("429");
        assertThat(origin.paths()).filteredOn("/late.jpg"::equals).hasSize(1);
        assertThat(refusal(fetcher, "http://never.test:" + origin.port() + "/never.jpg")
                        .value())
                .isEqualTo("503");
    }

    @Test
    void redirectsAreFollowedUpToABound() throws Exception {
        origin.on("/a.jpg", exchange -> redirect(exchange, origin.url("b.test", "/b.jpg")));
        origin.on("/b.jpg", 200, "there");
        origin.on("/loop.jpg", exchange -> redirect(exchange, "/loop.jpg"));
        origin.on("/ftp.jpg", exchange -> redirect(exchange, "ftp://a.test/a.jpg"));

        assertThat(bytes(fetcher, url("/a.jpg")))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("there");
        assertThat(refusal(fetcher, url("/loop.jpg")))
                .isEqualTo(new Refusal(RejectionReason.TOO_MANY_REDIRECTS, "6", "5", "redirects 6 is above 5"));
        assertThat(refusal(fetcher, url("/ftp.jpg")).detail()).contains("ftp://a.test/a.jpg");
        assertThat(origin.hits()).extracting(TestOrigin.Hit::host).contains("b.test");
    }

    @Test
    void aRedirectToNowhereIsNotAskedForAgain() throws Exception {
        origin.on("/none.jpg", 302, "");
        origin.on("/blank.jpg", exchange -> redirect(exchange, " "));

        assertThat(refusal(fetcher, url("/none.jpg")))
                .isEqualTo(new Refusal(
                        RejectionReason.HTTP_STATUS, "302", "200", "the host answers 302 without a Location"));
        assertThat(refusal(fetcher, url("/blank.jpg")).reason()).isEqualTo(RejectionReason.HTTP_STATUS);
        assertThat(origin.paths()).containsExactly("/robots.txt", "/none.jpg", "/blank.jpg");
    }

    @Test
    void aFileLargerThanTheBoundIsRefusedWhateverItSaysOfItsSize() throws Exception {
        origin.on("/declared.jpg", 200, "x".repeat(MAX_BYTES + 1));
        origin.on("/chunked.jpg", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(new byte[MAX_BYTES + 1]);
            }
        });
        origin.on("/largest.jpg", 200, "x".repeat(MAX_BYTES));

        assertThat(refusal(fetcher, url("/declared.jpg")).reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
        assertThat(refusal(fetcher, url("/chunked.jpg")))
                .isEqualTo(new Refusal(
                        RejectionReason.TOO_MANY_BYTES, "1001", "1000", "bytes of the file 1001 is above 1000"));
        assertThat(bytes(fetcher, url("/largest.jpg"))).hasSize(MAX_BYTES);
    }

    @Test
    void anEndlessBodyEndsAtTheBoundOfBytes() throws Exception {
        origin.on("/endless.jpg", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            while (!Thread.currentThread().isInterrupted()) {
                out.write(new byte[100]);
                out.flush();
            }
        });

        assertThat(refusal(fetcher, url("/endless.jpg")).reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
    }

    @Test
    void aBodyThatComesTooSlowlyAndOneThatNeverComesEndInTime() throws Exception {
        origin.on("/silent.jpg", exchange -> origin.hang());
        origin.on("/slow.jpg", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            for (int i = 0; i < 40; i++) {
                exchange.getResponseBody().write(1);
                exchange.getResponseBody().flush();
                LockSupport.parkNanos(100_000_000);
            }
        });

        CompletableFuture<Fetched> silent = fetcher.fetch(request("/silent.jpg"));
        CompletableFuture<Fetched> slow = fetcher.fetch(request("/slow.jpg"));

        assertThat(silent.get())
                .isEqualTo(new Fetched.Refused(new Refusal(
                        RejectionReason.TOO_SLOW, null, "3000 ms", "the request is not complete after 3000 ms")));
        assertThat(slow.get()).isEqualTo(silent.get());
    }

    @Test
    void aBodyShorterThanItsLengthIsIncomplete() throws Exception {
        origin.on("/short.jpg", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush(); // JDK 25 sends nothing before
            exchange.close();
        });

        assertThat(refusal(fetcher, url("/short.jpg")).reason()).isEqualTo(RejectionReason.INCOMPLETE);
        assertThat(origin.paths()).filteredOn("/short.jpg"::equals).hasSize(3);
    }

    @Test
    void encodedBodiesAreDecodedUpToTheBound() throws Exception {
        origin.on("/a.jpg", encoded("gzip", gzip(new byte[MAX_BYTES])));
        origin.on("/bomb.jpg", encoded("gzip", gzip(new byte[10_000_000])));
        origin.on("/broken.jpg", encoded("gzip", "not gzip".getBytes(StandardCharsets.UTF_8)));
        origin.on("/brotli.jpg", encoded("br", new byte[] {1}));

        assertThat(bytes(fetcher, url("/a.jpg"))).hasSize(MAX_BYTES);
        assertThat(refusal(fetcher, url("/bomb.jpg")).reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
        assertThat(refusal(fetcher, url("/broken.jpg")).reason()).isEqualTo(RejectionReason.UNDECODABLE);
        assertThat(refusal(fetcher, url("/brotli.jpg")).reason()).isEqualTo(RejectionReason.UNSUPPORTED);
    }

    @Test
    void aHashIsChecked() throws Exception {
        origin.on("/a.jpg", 200, "abc");
        ContentHash right = new ContentHash(ContentHash.Kind.MD5, "900150983CD24FB0D6963F7D28E17F72"); // RFC 1321
        ContentHash wrong = new ContentHash(ContentHash.Kind.MD5, "0".repeat(32));

        Fetched good = fetcher.fetch(new FetchRequest(url("/a.jpg"), Optional.of(right)))
                .get();
        Fetched bad = fetcher.fetch(new FetchRequest(url("/a.jpg"), Optional.of(wrong)))
                .get();

        assertThat(good).isInstanceOf(Fetched.File.class);
        assertThat(bad).isInstanceOfSatisfying(Fetched.Refused.class, refused -> {
            assertThat(refused.refusal().reason()).isEqualTo(RejectionReason.WRONG_HASH);
            assertThat(refused.refusal().value()).isEqualTo(right.hex());
        });
    }

    @Test
    void aHostThatDoesNotAnswerIsUnreachable() throws Exception {
        int port = origin.port();
        origin.close();

        assertThat(refusal(fetcher, "http://gone.test:" + port + "/a.jpg").reason())
                .isEqualTo(RejectionReason.UNREACHABLE);
        Refusal unknown = refusal(fetcher, "http://unknown.example/a.jpg");
        assertThat(unknown.reason()).isEqualTo(RejectionReason.UNREACHABLE);
        assertThat(unknown.value()).isEqualTo("unknown host");
        assertThat(unknown.detail()).isEqualTo("robots.txt: no answer: its host is unknown");
    }

    @Test
    void memoryIsGivenBackWhateverBecomesOfAFile() throws Exception {
        origin.on("/large.jpg", 200, "x".repeat(MAX_BYTES + 1));
        origin.on("/chunked.jpg", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[MAX_BYTES]);
            exchange.close();
        });
        origin.on("/short.jpg", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().flush();
            exchange.close();
        });
        try (Fetcher tight = FetchFixture.start(tight(), 512 << 10, Map.of())) {
            for (int i = 0; i < 10; i++) { // each chunked body takes all of the memory while it is read
                assertThat(bytes(tight, url("/chunked.jpg"))).hasSize(MAX_BYTES);
                assertThat(bytes(tight, url("/large.jpg"))).hasSize(MAX_BYTES + 1);
                assertThat(refusal(tight, url("/short.jpg")).reason()).isEqualTo(RejectionReason.INCOMPLETE);
            }
        }
    }

    private FetchSettings tight() {
        FetchSettings usual = settings(origin.port(), hosts(4, Duration.ZERO));
        return new FetchSettings(
                usual.userAgent(),
                4,
                100,
                1 << 20,
                usual.hosts(),
                usual.requests(),
                new RetrySettings(1, Duration.ofMillis(1), Duration.ofSeconds(1)),
                usual.network());
    }

    /** A look-up knows no interrupt, and a server of names may be silent too. */
    @Test
    void isClosedWhileNamesAreLookedUp() throws Exception {
        int threads = 16;
        CountDownLatch lookedUp = new CountDownLatch(threads);
        CountDownLatch answer = new CountDownLatch(1);
        Fetcher silent = Fetcher.start(
                settings(origin.port(), hosts(4, Duration.ZERO)),
                MAX_BYTES,
                url -> Optional.empty(),
                host -> {
                    lookedUp.countDown();
                    FetchFixture.hang(answer);
                    throw new UnknownHostException(host);
                },
                client -> client);
        for (int i = 0; i < threads; i++) {
            CompletableFuture<Fetched> unused =
                    silent.fetch(new FetchRequest(origin.url("h%d.test".formatted(i), "/a.jpg"), Optional.empty()));
        }
        lookedUp.await();
        Thread closing = new Thread(silent::close);

        closing.start();
        closing.join(Duration.ofSeconds(threads / 2).toMillis());

        assertThat(closing.isAlive()).as("it waits a second for each of them").isFalse();
        answer.countDown();
    }

    private FetchRequest request(String path) {
        return new FetchRequest(url(path), Optional.empty());
    }

    private String url(String path) {
        return origin.url("a.test", path);
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        TestOrigin.send(exchange, 302, new byte[0]);
    }

    private static TestOrigin.Handler encoded(String encoding, byte[] body) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", encoding);
            TestOrigin.send(exchange, 200, body);
        };
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
