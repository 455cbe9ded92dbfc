package dev.latentstream.ingest.fetch;

import static dev.latentstream.ingest.fetch.FetchFixture.bytes;
import static dev.latentstream.ingest.fetch.FetchFixture.fetch;
import static dev.latentstream.ingest.fetch.FetchFixture.hosts;
import static dev.latentstream.ingest.fetch.FetchFixture.refusal;
import static dev.latentstream.ingest.fetch.FetchFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Dns;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** 127.0.0.1 stands for a public address, 127.0.0.2 for a private one; both have a server on the same port. */
class PinnedAddressTest {
    private static final String OPEN = "127.0.0.1";
    private static final String PRIVATE = "127.0.0.2";

    private final List<String> lookups = new CopyOnWriteArrayList<>();
    private TestOrigin open;
    private TestOrigin inside;

    @BeforeEach
    void start() throws IOException {
        open = TestOrigin.start(OPEN, 0).on("/a.jpg", 200, "open").on("/b.jpg", exchange -> {
            exchange.getResponseHeaders().set("Connection", "close");
            TestOrigin.send(exchange, 200, new byte[] {1});
        });
        inside = TestOrigin.start(PRIVATE, open.port())
                .otherwise(exchange -> TestOrigin.send(exchange, 200, new byte[] {2}));
    }

    @AfterEach
    void close() {
        assertThat(inside.hits()).as("requests to the private server").isEmpty();
        open.close();
        inside.close();
    }

    @Test
    void aNameThatChangesItsAddressIsCheckedAtEachConnection() throws Exception {
        try (Fetcher fetcher = fetcher(answers(List.of(OPEN), List.of(PRIVATE)))) {
            assertThat(bytes(fetcher, open.url("rebinding.test", "/b.jpg")))
                    .containsExactly(1); // on the connection of robots.txt

            assertThat(refusal(fetcher, open.url("rebinding.test", "/a.jpg")))
                    .isEqualTo(new Refusal(
                            RejectionReason.FORBIDDEN_ADDRESS,
                            PRIVATE,
                            "public",
                            "127.0.0.2 is not a public address, and no allowed network has it"));
        }
        assertThat(lookups).hasSize(2); // one for each connection: none between check and connection
    }

    @Test
    void ofSeveralAddressesOnlyThePublicOnesAreConnectedTo() throws Exception {
        try (Fetcher fetcher = fetcher(answers(List.of(PRIVATE, OPEN)))) {
            assertThat(bytes(fetcher, open.url("mixed.test", "/a.jpg")))
                    .asString()
                    .isEqualTo("open");
        }
    }

    @Test
    void aRedirectToAPrivateAddressIsRefusedByNumberAndByName() throws Exception {
        open.on("/number", exchange -> redirect(exchange, "http://%s:%d/a.jpg".formatted(PRIVATE, open.port())));
        open.on("/name", exchange -> redirect(exchange, open.url("inside.test", "/a.jpg")));
        Dns dns = host -> List.of(InetAddress.getByName(host.equals("inside.test") ? PRIVATE : OPEN));

        try (Fetcher fetcher = fetcher(dns)) {
            assertThat(refusal(fetcher, open.url("a.test", "/number")).reason())
                    .isEqualTo(RejectionReason.FORBIDDEN_ADDRESS);
            assertThat(refusal(fetcher, open.url("a.test", "/name")).reason())
                    .isEqualTo(RejectionReason.FORBIDDEN_ADDRESS);
        }
    }

    /** The resolver is not asked for a URL whose host is an address: the socket refuses it. */
    @Test
    void theSocketRefusesWhatNoRuleHasSeen() {
        Socket socket = new CheckedSocketFactory(new AddressRules(List.of(FetchFixture.PUBLIC))).createSocket();

        assertThatThrownBy(() -> socket.connect(new InetSocketAddress(PRIVATE, open.port()), 1000))
                .isInstanceOf(ForbiddenAddressException.class);
    }

    @Test
    void overTlsAndHttp2TheNameStaysThatOfTheUrl() throws Exception {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("secure.test")
                .build();
        HandshakeCertificates server =
                new HandshakeCertificates.Builder().heldCertificate(certificate).build();
        HandshakeCertificates client = new HandshakeCertificates.Builder()
                .addTrustedCertificate(certificate.certificate())
                .build();
        try (MockWebServer web = new MockWebServer()) {
            web.useHttps(server.sslSocketFactory());
            web.setProtocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
            web.enqueue(new MockResponse.Builder().code(404).build());
            web.enqueue(new MockResponse.Builder().body("over HTTP/2").build());
            web.start(InetAddress.getLoopbackAddress(), 0);
            FetchSettings settings = settings(web.getPort(), hosts(4, Duration.ZERO));
            try (Fetcher fetcher = Fetcher.start(
                    settings,
                    1 << 20,
                    url -> Optional.empty(),
                    answers(List.of(OPEN)),
                    builder -> builder.sslSocketFactory(client.sslSocketFactory(), client.trustManager()))) {
                assertThat(bytes(fetcher, "https://secure.test:%d/a.jpg".formatted(web.getPort())))
                        .asString()
                        .isEqualTo("over HTTP/2");
                RecordedRequest robots = web.takeRequest();
                RecordedRequest image = web.takeRequest();
                assertThat(image.getVersion()).isEqualTo("HTTP/2");
                assertThat(image.getHandshakeServerNames()).containsExactly("secure.test");
                assertThat(image.getUrl().host()).isEqualTo("secure.test");
                assertThat(robots.getConnectionIndex()).isEqualTo(image.getConnectionIndex());
                assertThat(fetch(fetcher, "https://other.test:%d/a.jpg".formatted(web.getPort())))
                        .isInstanceOfSatisfying(Fetched.Refused.class, refused -> assertThat(
                                        refused.refusal().reason())
                                .isEqualTo(RejectionReason.UNREACHABLE)); // the certificate is for another name
            }
        }
    }

    private Fetcher fetcher(Dns dns) {
        return Fetcher.start(
                settings(open.port(), hosts(1, Duration.ZERO)),
                1 << 20,
                url -> Optional.empty(),
                dns,
                client -> client);
    }

    /** Returns one answer after the other, and the last one for ever. */
    @SafeVarargs
    private Dns answers(List<String>... answers) {
        return host -> {
            lookups.add(host);
            List<String> answer = answers[Math.min(lookups.size(), answers.length) - 1];
            return List.of(answer.stream().map(PinnedAddressTest::address).toArray(InetAddress[]::new));
        };
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("Location", location);
        TestOrigin.send(exchange, 302, new byte[0]);
    }
}
