package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import com.jerolba.carpet.CarpetWriter;
import dev.latentstream.ingest.fetch.FetchFixture;
import dev.latentstream.ingest.fetch.Fetcher;
import dev.latentstream.ingest.fetch.TestOrigin;
import dev.latentstream.ingest.fetch.TestOrigin.Hit;
import dev.latentstream.ingest.lists.ListColumns;
import dev.latentstream.ingest.lists.ListFormat;
import dev.latentstream.ingest.sources.state.MemorySources;
import dev.latentstream.ingest.sources.urls.ListFiles;
import dev.latentstream.ingest.sources.urls.ListSource;
import dev.latentstream.ingest.sources.urls.ListSource.Refetch;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Parquet list of URLs, every tenth of them broken in one of the ways of {@link BrokenUrl}, on an origin of 20 hosts. {@code
 * -Durl-rows=10000} makes it longer.
 */
class UrlListTest {
    private static final int ROWS = Integer.getInteger("url-rows", 1000);
    private static final int HOSTS = 20;
    private static final int CONNECTIONS = 2;
    private static final int MAX_BYTES = 10_000;
    private static final Duration DELAY = Duration.ofMillis(10);
    private static final String ROBOTS = "User-agent: *\nDisallow: /private/\n";

    private final MemorySources sources = new MemorySources();
    private final Meters meters = new Meters();
    private final SourceProducer producer = new SourceProducer(MemorySources.TOPICS, sources::open, meters);
    private TestOrigin origin;

    @TempDir
    private Path folder;

    record Row(String url, String text, @Nullable String md5) {}

    @BeforeEach
    void start() throws IOException {
        origin = TestOrigin.start()
                .on("/robots.txt", 200, ROBOTS)
                .otherwise(exchange -> TestOrigin.send(
                        exchange, 200, exchange.getRequestURI().toString().getBytes(StandardCharsets.UTF_8)));
        BrokenUrl.serve(origin);
    }

    @AfterEach
    void close() {
        meters.close();
        origin.close();
    }

    @Test
    void everyRowEndsAsAnImageOrWithItsReason() throws Exception {
        Map<RejectionReason, Long> broken = new EnumMap<>(RejectionReason.class);
        List<Row> rows = new ArrayList<>();
        List<BrokenUrl> ways = List.of(BrokenUrl.values());
        for (int i = 0; i < ROWS; i++) {
            String host = "h%d.test".formatted(i % HOSTS);
            if (i % 10 == 9) {
                BrokenUrl way = ways.get(i / 10 % ways.size());
                rows.add(new Row(way.url(origin, host, i), "broken", way.md5()));
                broken.merge(way.reason(), 1L, Long::sum);
            } else {
                rows.add(new Row(origin.url(host, "/%d.jpg".formatted(i)), "text of " + i, null));
            }
        }

        SourceProgress progress = send(write(rows));

        assertThat(progress.notSent().refused()).isEqualTo(new TreeMap<>(broken));
        assertThat(progress.sent()).isEqualTo(ROWS - ROWS / 10);
        assertThat(progress.items()).isEqualTo(progress.total().orElseThrow()).isEqualTo(ROWS);
        assertThat(sources.images())
                .extracting(record -> record.value().getAltText().orElseThrow())
                .doesNotHaveDuplicates()
                .hasSize(ROWS - ROWS / 10);
        assertThat(sources.rejections())
                .hasSize(ROWS / 10)
                .allSatisfy(record -> assertThat(record.key()).hasSize(64))
                .extracting(record -> record.value().getReason())
                .hasSameElementsAs(broken.keySet());
        assertThatHostsWereSpared();
    }

    @Test
    void aSecondRunFetchesOnlyWhatFailedOrChanged() throws Exception {
        origin.on("/late.jpg", 404, "");
        List<Row> rows = List.of(
                new Row(origin.url("a.test", "/1.jpg"), "one", null),
                new Row(origin.url("a.test", "/2.jpg"), "two", null),
                new Row(origin.url("a.test", "/late.jpg"), "late", null));
        SourceProgress first = send(write(rows));
        origin.on("/late.jpg", 200, "now");
        int before = origin.hits().size();

        SourceProgress second =
                send(write(List.of(rows.get(0), new Row(rows.get(1).url(), "another text", null), rows.get(2))));

        assertThat(first.notSent().refused()).isEqualTo(Map.of(RejectionReason.HTTP_STATUS, 1L));
        assertThat(second.sent()).isEqualTo(2);
        assertThat(second.notSent().done()).isEqualTo(1);
        assertThat(origin.paths().subList(before, origin.hits().size()))
                .containsExactlyInAnyOrder("/robots.txt", "/2.jpg", "/late.jpg");
    }

    @Test
    void rowsWithOneUrlKeepTheirTextsAndAreDoneInTheNextRun() throws Exception {
        String url = origin.url("a.test", "/1.jpg");
        Path list = write(List.of(new Row(url, "one", null), new Row(url, "two", null), new Row(url, "one", null)));
        send(list);

        SourceProgress second = send(list);

        assertThat(sources.images())
                .flatExtracting(record -> record.value().getAltTexts())
                .extracting(text -> text.getText() + " of " + text.getUri().replaceFirst("#.*", "#"))
                .contains("one of " + url, "two of " + url + "#");
        assertThat(second.sent()).isZero();
        assertThat(second.notSent().done()).isEqualTo(3);
    }

    @Test
    void aListThatCannotBeReadIsSaidAndTheNextIsRead() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.parquet"), "not Parquet");
        Path sound = write(List.of(new Row(origin.url("a.test", "/1.jpg"), "one", null)));

        SourceProgress progress = send(broken, sound);

        assertThat(progress.sent()).isEqualTo(1);
        assertThat(progress.notSent().unreadable()).isEqualTo(1);
    }

    private void assertThatHostsWereSpared() {
        Map<String, List<Hit>> hosts = origin.hits().stream().collect(Collectors.groupingBy(Hit::host));
        assertThat(origin.paths()).noneMatch(path -> path.startsWith("/private/"));
        hosts.forEach((host, hits) -> {
            assertThat(hits.get(0).path()).as(host).isEqualTo("/robots.txt");
            assertThat(hits).as(host).allMatch(hit -> hit.atOnce() <= CONNECTIONS);
            long span = hits.get(hits.size() - 1).nanos() - hits.get(0).nanos();
            // Half of it: a first request that a busy machine delivers late shortens the span.
            assertThat(span).as(host).isGreaterThanOrEqualTo((hits.size() - 1) * DELAY.toNanos() / 2);
        });
    }

    private SourceProgress send(Path... files) throws IOException {
        ListFiles list = new ListFiles(List.of(files), new ListFormat.Parquet(), ListColumns.BY_NAME);
        try (ListSource source = new ListSource("list", list, this::fetcher, 10_000, MAX_BYTES, Refetch.NEVER)) {
            return producer.send(source, Pace.FREE, progress -> {}).progress();
        }
    }

    private Fetcher fetcher() {
        return FetchFixture.start(
                FetchFixture.settings(origin.port(), FetchFixture.hosts(CONNECTIONS, DELAY)),
                MAX_BYTES,
                BrokenUrl.ADDRESSES);
    }

    private Path write(List<Row> rows) throws IOException {
        Path file = folder.resolve("list.parquet");
        try (OutputStream out = Files.newOutputStream(file);
                CarpetWriter<Row> writer = new CarpetWriter<>(out, Row.class)) {
            for (Row row : rows) {
                writer.write(row);
            }
        }
        return file;
    }
}
