package dev.latentstream.ingest.sources.urls;

import static dev.latentstream.ingest.sources.TestTars.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.latentstream.ingest.fetch.Downloads;
import dev.latentstream.ingest.fetch.FetchFixture;
import dev.latentstream.ingest.fetch.FetchSettings;
import dev.latentstream.ingest.fetch.TestOrigin;
import dev.latentstream.ingest.sources.BrokenInputException;
import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.DonePart;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Position;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.ingest.sources.SourceItem.Waiting;
import dev.latentstream.ingest.sources.TarSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HttpShardTest {
    private static final int IMAGES = 20;
    private static final int BYTES = 50_000;
    private static final int PIECE = 300_000;

    private TestOrigin origin;
    private Downloads downloads;

    /** The behaviours of the origin. */
    private enum Ability {
        RANGES,
        NO_RANGES,
        NO_VERSIONS
    }

    /** Compressions that shards have. */
    private enum Compression {
        NONE,
        GZIP,
        ZSTD;

        byte[] of(byte[] plain) throws IOException {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (OutputStream out =
                    switch (this) {
                        case NONE -> packed;
                        case GZIP -> new GZIPOutputStream(packed);
                        case ZSTD -> new ZstdCompressorOutputStream(packed);
                    }) {
                out.write(plain);
            }
            return packed.toByteArray();
        }
    }

    @BeforeEach
    void start() throws IOException {
        origin = TestOrigin.start();
        FetchSettings settings = FetchFixture.settings(origin.port(), FetchFixture.hosts(4, Duration.ZERO));
        downloads = FetchFixture.downloads(settings, Map.of("private.test", "192.168.1.1"));
    }

    @AfterEach
    void stop() {
        downloads.close();
        origin.close();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aShardIsReadThroughBreaks(Compression compression) throws IOException {
        serve("/shard", compression.of(shard(1)), Ability.RANGES, "\"v1\"");

        List<SourceItem> items = read("/shard");

        assertThat(texts(items)).containsExactlyElementsOf(expected(1));
        assertThat(items).last().isInstanceOf(Position.class);
        assertThat(origin.paths()).as("1,000,000 bytes in pieces of 300,000").hasSize(5);
    }

    @Test
    void aHostWithoutRangesSendsAllAgain() throws IOException {
        serve("/shard", shard(1), Ability.NO_RANGES, "\"v1\"");

        assertThat(texts(read("/shard"))).containsExactlyElementsOf(expected(1));
    }

    @Test
    void withoutVersionsNothingIsContinued() throws IOException {
        serve("/shard", shard(1), Ability.NO_VERSIONS, "\"v1\"");

        assertThat(read("/shard")).last().isInstanceOfSatisfying(Unreadable.class, shard -> assertThat(shard.reason())
                .contains("bytes arrive, of a file without ETag and Last-Modified"));
    }

    @Test
    void twoVersionsAreNeverMixed() throws IOException {
        byte[] first = shard(1);
        byte[] second = shard(2);
        origin.otherwise(exchange -> {
            boolean changed = origin.paths().size() > 2;
            answer(exchange, changed ? second : first, Ability.RANGES, changed ? "\"v2\"" : "\"v1\"");
        });

        List<SourceItem> items = read("/shard");

        assertThat(texts(items)).isNotEmpty().allMatch(text -> text.startsWith("1/"));
        assertThat(items).last().isInstanceOfSatisfying(Unreadable.class, shard -> assertThat(shard.reason())
                .contains("the file was changed while it was read"));
    }

    @Test
    void aShardThatWasReadIsNotReadAgain() throws IOException {
        serve("/shard", shard(1), Ability.RANGES, "\"v1\"");
        List<SourceItem> first = read("/shard");
        Position end = (Position) first.get(first.size() - 1);
        int before = origin.paths().size();

        List<SourceItem> again = read("/shard", known(end));

        assertThat(again).singleElement().isEqualTo(new DonePart(origin.url("a.test", "/shard"), IMAGES));
        assertThat(origin.paths()).hasSize(before + 1);
        serve("/shard", shard(2), Ability.RANGES, "\"v2\"");
        assertThat(texts(read("/shard", known(end)))).containsExactlyElementsOf(expected(2));
    }

    @Test
    void whatMayNotBeReadIsReportedAndTheNextShardIsRead() throws IOException {
        serve("/shard", shard(1), Ability.RANGES, "\"v1\"");
        origin.on("/gone", 404, "").on("/nowhere", 302, "").on("/away", exchange -> {
            exchange.getResponseHeaders().set("Location", "http://10.0.0.1/shard");
            TestOrigin.send(exchange, 302, new byte[0]);
        });

        List<SourceItem> items = all(
                List.of(
                        "http://127.0.0.2/shard",
                        origin.url("private.test", "/shard"),
                        origin.url("a.test", "/away"),
                        origin.url("a.test", "/gone"),
                        origin.url("a.test", "/nowhere"),
                        "file:///etc/hostname",
                        origin.url("a.test", "/shard")),
                Known.NOTHING);

        assertThat(items.subList(0, 6)).allSatisfy(item -> assertThat(item).isInstanceOf(Unreadable.class));
        assertThat(items.subList(0, 6))
                .extracting(item -> ((Unreadable) item).reason())
                .satisfiesExactly(
                        loopback -> assertThat(loopback).contains("127.0.0.2 is not a public address"),
                        name -> assertThat(name).contains("192.168.1.1"),
                        redirect -> assertThat(redirect).contains("10.0.0.1 is not a public address"),
                        gone -> assertThat(gone).contains("the host answers 404"),
                        nowhere -> assertThat(nowhere).contains("a redirect to what is no URL"),
                        file -> assertThat(file).contains("scheme file is neither http nor https"));
        assertThat(texts(items)).hasSize(IMAGES);
    }

    @Test
    void aHostThatDoesNotAnswerEndsTheRun() {
        origin.on("/busy", 503, "");

        assertThatThrownBy(() -> read("/busy"))
                .isInstanceOf(BrokenInputException.class)
                .hasMessageEndingWith("/busy: the host answers 503");
        assertThat(origin.paths()).as("it is asked three times").hasSize(3);
        assertThatThrownBy(() -> all(List.of("http://unknown.example/shard"), Known.NOTHING))
                .isInstanceOf(BrokenInputException.class)
                .hasMessageStartingWith("http://unknown.example/shard: no answer: ");
    }

    @Test
    void anInterruptEndsTheRunWithoutAReport() throws Exception {
        byte[] file = shard(1);
        origin.on("/shard", exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"v1\"");
            exchange.sendResponseHeaders(200, file.length);
            exchange.getResponseBody().write(file, 0, PIECE);
            exchange.getResponseBody().flush();
            origin.hang();
        });
        List<SourceItem> items = new CopyOnWriteArrayList<>();
        Thread reader = new Thread(() -> items.addAll(untilInterrupted(origin.url("a.test", "/shard"))));
        reader.start();
        await().until(() -> origin.paths().size() == 2); // of the version, then of the shard

        reader.interrupt();
        reader.join();

        assertThat(texts(items)).isEqualTo(expected(1).subList(0, texts(items).size()));
        assertThat(items).last().isInstanceOf(Waiting.class);
        assertThat(items).noneMatch(Unreadable.class::isInstance);
    }

    @Test
    void anInterruptWhileTheHostIsConnectedEndsTheRunWithoutAReport() {
        origin.on("/shard", 200, "");
        Thread.currentThread().interrupt();

        List<SourceItem> items = untilInterrupted(origin.url("a.test", "/shard"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(items).singleElement().isInstanceOf(Waiting.class);
    }

    /** Reads until the source waits or ends: an interrupt that comes between two items stays for the next read. */
    private List<SourceItem> untilInterrupted(String url) {
        List<SourceItem> items = new ArrayList<>();
        try (TarSource source =
                TarSource.ofInputs("web", List.of(new HttpShard(downloads, url)), ImageExtensions.USUAL, 10 * BYTES)) {
            Optional<SourceItem> next;
            do {
                next = source.next(Known.NOTHING);
                next.ifPresent(items::add);
            } while (next.isPresent() && !(next.get() instanceof Waiting));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return items;
    }

    private void serve(String path, byte[] file, Ability ability, String entityTag) {
        origin.on(path, exchange -> answer(exchange, file, ability, entityTag));
    }

    /** Sends at most a piece of the file, without ranges a longer one each time, and closes the connection. */
    private void answer(HttpExchange exchange, byte[] file, Ability ability, String entityTag) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range").replace("bytes=", "");
        String condition = exchange.getRequestHeaders().getFirst("If-Range");
        boolean part = ability == Ability.RANGES && (condition == null || condition.equals(entityTag));
        int from = part ? Integer.parseInt(range.split("-", -1)[0]) : 0;
        int end = part && range.endsWith("-0") ? 1 : file.length;
        Headers headers = exchange.getResponseHeaders();
        if (ability != Ability.NO_VERSIONS) {
            headers.set("ETag", entityTag);
        }
        if (part) {
            headers.set("Content-Range", "bytes %d-%d/%d".formatted(from, end - 1, file.length));
        }
        exchange.sendResponseHeaders(part ? 206 : 200, end - from);
        int piece = ability == Ability.NO_RANGES ? PIECE * origin.paths().size() : PIECE;
        exchange.getResponseBody().write(file, from, Math.min(piece, end - from));
        exchange.getResponseBody().flush();
        exchange.close();
    }

    private List<SourceItem> read(String path) throws IOException {
        return read(path, Known.NOTHING);
    }

    private List<SourceItem> read(String path, Known known) throws IOException {
        return all(List.of(origin.url("a.test", path)), known);
    }

    private List<SourceItem> all(List<String> urls, Known known) throws IOException {
        List<HttpShard> shards =
                urls.stream().map(url -> new HttpShard(downloads, url)).toList();
        List<SourceItem> items = new ArrayList<>();
        try (TarSource source = TarSource.ofInputs("web", shards, ImageExtensions.USUAL, 10 * BYTES)) {
            for (Optional<SourceItem> item = source.next(known); item.isPresent(); item = source.next(known)) {
                items.add(item.get());
            }
        }
        return items;
    }

    private static Known known(Position end) {
        return new Known() {
            @Override
            public boolean unchanged(String uri, String stamp) {
                return false;
            }

            @Override
            public OptionalLong position(String uri, String stamp) {
                return uri.equals(end.uri()) && stamp.equals(end.stamp())
                        ? OptionalLong.of(end.position())
                        : OptionalLong.empty();
            }
        };
    }

    private static List<String> texts(List<SourceItem> items) {
        return items.stream()
                .filter(Found.class::isInstance)
                .map(item -> ((Found) item).texts().get(0))
                .toList();
    }

    private static List<String> expected(int seed) {
        return IntStream.range(0, IMAGES).mapToObj(i -> seed + "/" + i).toList();
    }

    /** Returns a shard of images that cannot be compressed, each with a text. */
    private static byte[] shard(int seed) throws IOException {
        Random random = new Random(seed);
        ByteArrayOutputStream shard = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(shard, "UTF-8")) {
            for (String text : expected(seed)) {
                byte[] image = new byte[BYTES];
                random.nextBytes(image);
                String name = text.substring(text.indexOf('/') + 1);
                put(tar, name + ".jpg", image);
                put(tar, name + ".txt", text.getBytes(StandardCharsets.UTF_8));
            }
        }
        return shard.toByteArray();
    }
}
