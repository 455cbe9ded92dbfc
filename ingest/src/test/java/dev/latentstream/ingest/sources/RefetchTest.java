package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.latentstream.ingest.fetch.FetchFixture;
import dev.latentstream.ingest.fetch.Fetcher;
import dev.latentstream.ingest.fetch.TestOrigin;
import dev.latentstream.ingest.lists.ListColumns;
import dev.latentstream.ingest.lists.ListFormat;
import dev.latentstream.ingest.sources.state.MemorySources;
import dev.latentstream.ingest.sources.urls.ListFiles;
import dev.latentstream.ingest.sources.urls.ListSource;
import dev.latentstream.ingest.sources.urls.ListSource.Refetch;
import dev.latentstream.runtime.meters.Meters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A list that is run again, when some of its images have changed on their hosts. */
class RefetchTest {
    private static final int MAX_BYTES = 10_000;
    private static final String TIME = "Wed, 21 Oct 2015 07:28:00 GMT";

    private final MemorySources sources = new MemorySources();
    private final Meters meters = new Meters();
    private final SourceProducer producer = new SourceProducer(MemorySources.TOPICS, sources::open, meters);
    private final Map<String, String> conditions = new ConcurrentHashMap<>();
    private TestOrigin origin;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        origin = TestOrigin.start();
        serve("/tagged", "ETag", "\"1\"", "one");
        serve("/weak", "ETag", "W/\"1\"", "two");
        serve("/dated", "Last-Modified", TIME, "three");
        serve("/plain", "X-None", "-", "four");
    }

    @AfterEach
    void stop() {
        origin.close();
        meters.close();
    }

    @Test
    void onlyChangedImagesAreSent() throws IOException {
        assertThat(send(Refetch.NEVER).sent()).isEqualTo(4);
        int requests = origin.paths().size();
        assertThat(send(Refetch.NEVER).notSent().done()).isEqualTo(4);
        assertThat(origin.paths()).as("without it, nothing is asked").hasSize(requests);
        serve("/weak", "ETag", "W/\"2\"", "another");
        conditions.clear();

        SourceProgress again = send(Refetch.CHANGED);

        assertThat(conditions)
                .isEqualTo(new TreeMap<>(Map.of(
                        "/tagged", "If-None-Match \"1\"",
                        "/weak", "If-None-Match W/\"1\"",
                        "/dated", "If-Modified-Since " + TIME)));
        assertThat(again.sent()).isEqualTo(1);
        assertThat(again.notSent().done()).isEqualTo(3);
        assertThat(sources.images()).hasSize(5);
        assertThat(sources.images().get(4).value().getUri()).endsWith("/weak");
        assertThat(sources.images().get(4).value().getReplaces()).isPresent();

        assertThat(send(Refetch.CHANGED).sent())
                .as("the new version is remembered")
                .isZero();
        assertThat(conditions).containsEntry("/weak", "If-None-Match W/\"2\"");
    }

    private void serve(String path, String header, String version, String content) {
        origin.on(path, exchange -> answer(exchange, path, header, version, content));
    }

    private void answer(HttpExchange exchange, String path, String header, String version, String content)
            throws IOException {
        List<String> asked = new ArrayList<>();
        for (String condition : List.of("If-None-Match", "If-Modified-Since")) {
            String value = exchange.getRequestHeaders().getFirst(condition);
            if (value != null) {
                asked.add(value);
                conditions.put(path, condition + " " + value);
            }
        }
        exchange.getResponseHeaders().set(header, version);
        if (asked.contains(version)) {
            TestOrigin.send(exchange, 304, new byte[0]);
        } else {
            TestOrigin.send(exchange, 200, content.getBytes(StandardCharsets.UTF_8));
        }
    }

    private SourceProgress send(Refetch refetch) throws IOException {
        Path list = folder.resolve("list.jsonl");
        Files.write(
                list,
                List.of("/tagged", "/weak", "/dated", "/plain").stream()
                        .map(path -> "{\"url\": \"%s\", \"text\": \"a cat\"}".formatted(origin.url("a.test", path)))
                        .toList());
        ListFiles files = new ListFiles(List.of(list), new ListFormat.JsonLines(), ListColumns.BY_NAME);
        try (ListSource source = new ListSource("list", files, this::fetcher, 100, MAX_BYTES, refetch)) {
            return producer.send(source, Pace.FREE, progress -> {}).progress();
        }
    }

    private Fetcher fetcher() {
        return FetchFixture.start(
                FetchFixture.settings(origin.port(), FetchFixture.hosts(4, Duration.ZERO)), MAX_BYTES, Map.of());
    }
}
