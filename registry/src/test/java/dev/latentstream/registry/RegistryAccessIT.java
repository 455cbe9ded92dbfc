package dev.latentstream.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.registry.testing.Cluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which requests a registry answers, byte by byte: a library would add the headers that these leave out. */
class RegistryAccessIT {
    private static final String RECORD =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"id\",\"type\":\"string\"}]}";

    @AutoClose
    private static Cluster cluster;

    private static EmbeddedRegistry registry;
    private static RestClient rest;

    @BeforeAll
    static void startCluster() throws IOException {
        cluster = Cluster.start();
        registry = EmbeddedRegistry.start(cluster.bootstrapServers(), 0, Administration.REFUSED);
        rest = new RestClient(registry.url());
    }

    @AfterAll
    static void stopRegistry() {
        if (registry != null) { // null if there is no cluster to test on
            registry.close();
        }
    }

    @Test
    void refusesARequestThatAPageOfAnotherSiteSends() throws IOException {
        String body = "{\"schema\":\"\\\"int\\\"\"}";
        String post = "POST /subjects/cross-site/versions HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n"
                .formatted(body.length());
        String own = "Host: " + registry.url().substring("http://".length()) + "\r\n";
        String json = "Content-Type: application/vnd.schemaregistry.v1+json\r\n";

        assertThat(raw(post + "Host: site.example\r\n" + json + "\r\n" + body)).startsWith("HTTP/1.1 403");
        assertThat(raw(post + own + "Origin: http://site.example\r\n" + json + "\r\n" + body))
                .startsWith("HTTP/1.1 403")
                .contains("Origin \\\"http://site.example\\\" is not http://127.0.0.1:");
        assertThat(raw(post + own + "Content-Type: text/plain\r\n\r\n" + body)).startsWith("HTTP/1.1 415");
        assertThat(rest.get("/subjects").toString()).doesNotContain("cross-site");
        assertThat(raw(post + own + json + "\r\n" + body)).startsWith("HTTP/1.1 200");
    }

    @Test
    void answersHeadAsGetWithoutABody() throws IOException {
        String own = "Host: " + registry.url().substring("http://".length()) + "\r\nConnection: close\r\n\r\n";

        String head = raw("HEAD /schemas/types HTTP/1.1\r\n" + own);

        assertThat(head).startsWith("HTTP/1.1 200").containsIgnoringCase("content-length: 8\r\n");
        assertThat(head).endsWith("\r\n\r\n");
        assertThat(raw("PATCH /mode HTTP/1.1\r\n" + own))
                .startsWith("HTTP/1.1 405")
                .contains("Allow: DELETE, GET, PUT\r\n");
    }

    @Test
    void answersWhileUnfinishedRequestsOccupyEveryThread() throws IOException {
        List<Socket> unfinished = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * EmbeddedRegistry.THREADS; i++) {
                unfinished.add(opened(i % 2 == 0 ? "GET /subj" : "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"));
            }

            assertThat(rest.get("/schemas/types").status()).isEqualTo(200);
        } finally {
            for (Socket socket : unfinished) {
                socket.close();
            }
        }
    }

    @Test
    void refusesDeletionAndModesUnlessAdministrationIsAllowed() throws IOException {
        registry.close();
        try (EmbeddedRegistry administered =
                EmbeddedRegistry.start(cluster.bootstrapServers(), 0, Administration.ALLOWED)) {
            RestClient administrator = new RestClient(administered.url());
            administrator.postSchema("/subjects/guarded/versions", RECORD);
            administrator.put("/mode/guarded", "{\"mode\":\"READONLY\"}");
        }
        registry = EmbeddedRegistry.start(cluster.bootstrapServers(), 0, Administration.REFUSED);
        rest = new RestClient(registry.url());

        assertThat(rest.delete("/mode/guarded").error()).isEqualTo("422 42205");
        assertThat(rest.put("/mode", "{\"mode\":\"READONLY\"}").error()).isEqualTo("422 42205");
        assertThat(rest.delete("/mode").error()).isEqualTo("422 42205");
        for (String end : List.of("", "?permanent=true")) {
            assertThat(rest.delete("/subjects/guarded" + end).toString())
                    .startsWith("422 ")
                    .contains("Deletion is not enabled on this registry; start it with --registry-admin");
            assertThat(rest.delete("/subjects/guarded/versions/1" + end).error())
                    .isEqualTo("422 42205");
        }
        assertThat(rest.get("/mode/guarded")).hasToString("200 {\"mode\":\"READONLY\"}");
        assertThat(rest.get("/subjects/guarded/versions")).hasToString("200 [1]");
        assertThat(rest.postSchema("/subjects/unguarded/versions", RECORD).status())
                .isEqualTo(200);
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = opened(request)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Socket opened(String begin) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(registry.url()).getPort());
        socket.getOutputStream().write(begin.getBytes(StandardCharsets.UTF_8));
        return socket;
    }
}
