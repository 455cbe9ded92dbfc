package dev.latentstream.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.settings.HttpSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The endpoint in a process of its own: the JDK's server reads its limits once in a process, and another test may have been first. */
class HttpEndpointIT {
    private static final List<String> BEGINNINGS =
            List.of("G", "GET /metrics HTTP/1.1\r\nHost: ", "POST /health HTTP/1.1\r\nContent-Length: 9\r\n\r\n{");

    /** Serves until its standard input ends. */
    public static void main(String[] arguments) throws IOException {
        try (Meters meters = new Meters();
                HttpEndpoint endpoint = HttpEndpoint.start(new HttpSettings("127.0.0.1", 0), meters, List.of())) {
            System.out.println(endpoint.port());
            int unused = System.in.read();
        }
    }

    @Test
    void answersWhileUnfinishedRequestsOccupyEveryThread() throws Exception {
        Process server = start();
        List<Socket> unfinished = new ArrayList<>();
        try (BufferedReader out = server.inputReader()) {
            int port = Integer.parseInt(out.readLine());
            for (int i = 0; i < 2 * HttpEndpoint.THREADS; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                unfinished.add(socket);
                socket.getOutputStream()
                        .write(BEGINNINGS.get(i % BEGINNINGS.size()).getBytes(StandardCharsets.US_ASCII));
            }
            HttpRequest health = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/health".formatted(port)))
                    .build();

            assertThat(HttpClient.newHttpClient()
                            .send(health, BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            for (Socket socket : unfinished) {
                socket.close();
            }
            server.destroy();
        }
    }

    private static Process start() throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-X"))
                .toList());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), HttpEndpointIT.class.getName()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
