package dev.latentstream.captioning;

import static dev.latentstream.captioning.FakeChatServer.good;
import static dev.latentstream.captioning.FakeChatServer.sends;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.captioning.FakeChatServer.Behaviour;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Responses as proxies and servers change them. */
class ChatEndpointTest extends ChatServiceFixture {
    @Test
    void readsCompressedAnswers() throws IOException {
        byte[] body = good("a red ball").toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        compress(new GZIPOutputStream(gzip), body);
        ByteArrayOutputStream deflate = new ByteArrayOutputStream();
        compress(new DeflaterOutputStream(deflate), body);

        server.next(sends(gzip.toByteArray(), "Content-Encoding", "gzip"));
        server.next(sends(gzip.toByteArray()));
        server.next(sends(deflate.toByteArray(), "Content-Encoding", "deflate"));

        for (int i = 0; i < 3; i++) {
            assertThat(described("image")).isEqualTo("a red ball");
        }
    }

    @Test
    void boundsWhatACompressedAnswerInflatesTo() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        compress(new GZIPOutputStream(bomb), new byte[64 << 20]);
        server.next(sends(bomb.toByteArray(), "Content-Encoding", "gzip"));
        server.next(sends(bomb.toByteArray(), "Content-Encoding", "br"));

        assertThat(fault("image")).isEqualTo("more than 1048576 bytes");
        assertThat(fault("image")).isEqualTo("more than 1048576 bytes"); // gzip, whatever it is called
    }

    @Test
    void refusesDamagedCompression() {
        server.always(sends(new byte[] {0x1f, (byte) 0x8b, 8}, "Content-Encoding", "gzip"));

        assertThat(fault("image")).startsWith("damaged compression: ");
    }

    @Test
    void namesACompressionThatItCannotRead() {
        server.always(sends(new byte[] {1, 2, 3}, "Content-Encoding", "br"));

        assertThat(fault("image")).isEqualTo("damaged compression: Content-Encoding br, which was not asked for");
    }

    @Test
    void followsARedirectOfTheRequestOnTheSameHost() {
        server.always((exchange, request) -> (request.path().startsWith("/v1")
                        ? sends(307, "", "Location", "/elsewhere/chat")
                        : server.answers("a red ball"))
                .answer(exchange, request));

        assertThat(described("image")).isEqualTo("a red ball");
        assertThat(server.imageRequests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.authorization()).isEqualTo("Bearer " + KEY);
            assertThat(request.imageText()).isEqualTo("image");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "302, /login?token=p1anted", // a client would send a GET
        "307, http://localhost:1/chat/completions", // the key would go to another host
        "308, /v1/chat/completions" // a circle
    })
    void namesARedirectThatItDoesNotFollow(int status, String location) {
        server.forReference(sends(status, "moved", "Location", location));

        assertStops("image")
                .hasMessageContaining("HTTP " + status + ", a redirect to http://")
                .hasMessageContaining("base-url must be where it leads");
        assertThat(server.requests()).isLessThanOrEqualTo(4);
    }

    @Test
    void namesThePortThatARedirectLeadsTo() {
        server.forReference(sends(302, "moved", "Location", "http://localhost:4711/v1/chat/completions?token=p1anted"));

        assertStops("image")
                .hasMessageContaining(", a redirect to http://localhost:4711/v1/chat/completions (base-url must be");
    }

    @Test
    void aServiceThatRepeatsTheKeyDoesNotPutItIntoMessages() {
        for (Behaviour echo : List.of(
                sends(401, "Incorrect API key: Bearer " + KEY),
                sends(401, "{\"error\": {\"message\": \"no key p1anted\\/key\\u002B1\"}}"),
                sends(500, KEY + " is over its limit"),
                sends(200, "{\"error\": {\"code\": 401, \"message\": \"no key p1anted\\/key\\u002b1\"}}"),
                sends(200, "<html>" + KEY),
                sends(200, "x".repeat(290) + KEY),
                sends(302, KEY, "Location", "http://localhost/" + KEY))) {
            server.forReference(echo);
            assertStops("image").hasMessageNotContaining("p1anted");
        }
        server.forReference(server.answers("a red disc"));
        server.next(sends(400, "x".repeat(290) + KEY));
        server.next(server.answers("I cannot accept the key " + KEY));
        for (int i = 0; i < 2; i++) {
            assertThat(captioned("image").toString()).contains("Refused").doesNotContain("p1anted");
        }
    }

    private static void compress(OutputStream compressing, byte[] body) throws IOException {
        try (compressing) {
            compressing.write(body);
        }
    }
}
