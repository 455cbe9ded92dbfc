package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.latentstream.ingest.fetch.Downloads;
import dev.latentstream.ingest.fetch.FetchFixture;
import dev.latentstream.ingest.fetch.FetchSettings;
import dev.latentstream.ingest.fetch.Fetcher;
import dev.latentstream.ingest.fetch.TestOrigin;
import dev.latentstream.ingest.lists.ListColumns;
import dev.latentstream.ingest.lists.ListFormat;
import dev.latentstream.ingest.sources.s3.S3Access;
import dev.latentstream.ingest.sources.s3.S3Location;
import dev.latentstream.ingest.sources.s3.S3Shards;
import dev.latentstream.ingest.sources.s3.S3Source;
import dev.latentstream.ingest.sources.s3.S3Store;
import dev.latentstream.ingest.sources.state.MemorySources;
import dev.latentstream.ingest.sources.urls.HttpShard;
import dev.latentstream.ingest.sources.urls.ListFiles;
import dev.latentstream.ingest.sources.urls.ListSource;
import dev.latentstream.ingest.sources.urls.ListSource.Refetch;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.SourceStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host that accepts a request and never answers, or stops in the middle of an answer, holds up no run that is stopped. */
class SilentHostTest {
    private static final int IMAGES = 4;
    private static final int BYTES = 100_000;
    private static final int MAX_BYTES = 2 * BYTES;

    /** Of a shard: two images, and a half. */
    private static final int PIECE = 250_000;

    /** Far more than a stop takes on a busy machine, and far less than the time limit of a request. */
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(15);

    private final MemorySources sources = new MemorySources();
    private final Meters meters = new Meters();
    private final SourceProducer producer = new SourceProducer(MemorySources.TOPICS, sources::open, meters);
    private final CountDownLatch silent = new CountDownLatch(1);
    private TestOrigin origin;
    private Downloads downloads;
    private S3Store store;
    private byte[] shard;
    private volatile boolean well;

    @TempDir
    private Path folder;

    /** Which answer does not come. */
    private enum Silence {
        SHARD_AT_URL(0, "bytes=0-0"),
        BODY_OF_SHARD_AT_URL(2, ""),
        REST_OF_SHARD_AT_URL(2, "bytes=" + PIECE + "-"),
        SHARD_IN_BUCKET(0, "HEAD"),
        BODY_OF_SHARD_IN_BUCKET(2, ""),
        REST_OF_SHARD_IN_BUCKET(2, "bytes=" + PIECE + "-"),
        LISTING(0, "/images"),
        BODY_OF_OBJECT(2, "/images/2.jpg"),
        ROBOTS_FILE(0, "/robots.txt"),
        IMAGE_OF_LIST(3, "/images/2.jpg"),
        BODY_OF_IMAGE_OF_LIST(3, ""),
        STANDARD_INPUT(2, "");

        private final int before;
        private final String request;

        /**
         * @param before images that are delivered all the same
         * @param request method, range or path
         */
        Silence(int before, String request) {
            this.before = before;
            this.request = request;
        }
    }

    @BeforeEach
    void start() throws IOException {
        Object[] members = new Object[2 * IMAGES];
        for (int i = 0; i < IMAGES; i++) {
            members[2 * i] = i + ".jpg";
            members[2 * i + 1] = image(i);
        }
        shard = Files.readAllBytes(new TestTars(() -> folder).tarOfBytes(members));
        origin = TestOrigin.start();
        downloads = Downloads.start(settings());
        store = S3Store.open(new S3Access(
                Optional.of(URI.create("http://127.0.0.1:" + origin.port())),
                Optional.of("us-east-1"),
                S3Access.Addressing.PATH,
                S3Access.Signing.ANONYMOUS));
    }

    @AfterEach
    void close() {
        silent.countDown();
        origin.close();
        downloads.close();
        store.close();
        meters.close();
    }

    @ParameterizedTest
    @EnumSource(Silence.class)
    void aRunThatIsStoppedEndsAndTheNextOneContinues(Silence silence) throws Exception {
        origin.otherwise(exchange -> answer(exchange, silence));
        CompletableFuture<SourceOutcome> outcome = new CompletableFuture<>();
        Thread run = new Thread(() -> outcome.completeAsync(() -> send(silence), Runnable::run));
        run.start();
        if (silence != Silence.STANDARD_INPUT) {
            await().until(() -> isSilent(silence));
        }
        await().atMost(STOPPED_WITHIN).until(() -> sources.images().size() == silence.before);

        run.interrupt();
        run.join(STOPPED_WITHIN.toMillis());

        assertThat(run.isAlive()).isFalse();
        assertThat(outcome.get().isEnded()).isFalse();
        assertThat(sources.state("web").orElseThrow().getStatus()).isEqualTo(SourceStatus.STOPPED);
        assertThat(sources.images()).hasSize(silence.before);
        well = true;
        assertThat(send(silence).isEnded()).isTrue();
        assertThat(sources.images()).hasSize(IMAGES);
        assertThat(sources.images().stream().map(record -> record.value().getUri()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aRunThatIsStoppedEndsThoughTheClusterDoesNotAnswer() throws Exception {
        CountDownLatch committing = new CountDownLatch(1);
        sources.produceWith(
                () -> new MockProducer<>(true, null, new StringSerializer(), (topic, value) -> new byte[0]) {
                    private int commits;

                    @Override
                    public void commitTransaction() {
                        if (++commits > 1) { // the first is of the start
                            committing.countDown();
                            FetchFixture.hang(silent);
                        }
                        super.commitTransaction();
                    }
                });
        CompletableFuture<SourceOutcome> outcome = new CompletableFuture<>();
        Thread run = new Thread(() -> outcome.completeAsync(() -> send(Silence.STANDARD_INPUT), Runnable::run));
        run.start();
        assertThat(committing.await(STOPPED_WITHIN.toSeconds(), TimeUnit.SECONDS))
                .isTrue();

        run.interrupt();
        run.join(STOPPED_WITHIN.toMillis());

        assertThat(run.isAlive()).isFalse();
        assertThatThrownBy(outcome::get).hasCauseInstanceOf(InterruptException.class);
        sources.produceWith(MemorySources::producer);
        well = true;
        assertThat(send(Silence.STANDARD_INPUT).isEnded()).isTrue();
        assertThat(sources.images()).hasSize(IMAGES);
    }

    private SourceOutcome send(Silence silence) {
        try (ImageSource source = InterruptibleSource.of(source(silence))) {
            return producer.send(source, Pace.FREE, progress -> {});
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private ImageSource source(Silence silence) throws IOException {
        return switch (silence) {
            case SHARD_AT_URL, BODY_OF_SHARD_AT_URL, REST_OF_SHARD_AT_URL ->
                TarSource.ofInputs(
                        "web",
                        List.of(new HttpShard(downloads, origin.url("127.0.0.1", "/web/shard.tar"))),
                        ImageExtensions.USUAL,
                        MAX_BYTES);
            case SHARD_IN_BUCKET, BODY_OF_SHARD_IN_BUCKET, REST_OF_SHARD_IN_BUCKET ->
                TarSource.ofInputs(
                        "web",
                        S3Shards.of(store, List.of(S3Location.parse("s3://web/shard.tar"))),
                        ImageExtensions.USUAL,
                        MAX_BYTES);
            case LISTING, BODY_OF_OBJECT ->
                new S3Source("web", store, S3Location.parse("s3://images/"), ImageExtensions.USUAL, MAX_BYTES);
            case ROBOTS_FILE, IMAGE_OF_LIST, BODY_OF_IMAGE_OF_LIST -> list();
            case STANDARD_INPUT -> TarSource.ofStream("web", "stdin:web", input(), ImageExtensions.USUAL, MAX_BYTES);
        };
    }

    private ImageSource list() throws IOException {
        Path list = folder.resolve("list.csv");
        Files.write(
                list,
                Stream.concat(
                                Stream.of("url"),
                                IntStream.range(0, IMAGES)
                                        .mapToObj(i -> origin.url("127.0.0.1", "/images/%d.jpg".formatted(i))))
                        .toList());
        return new ListSource(
                "web",
                new ListFiles(
                        List.of(list),
                        new ListFormat.Csv(',', List.of()),
                        new ListColumns(Optional.empty(), Optional.empty(), List.of(), Map.of())),
                () -> Fetcher.start(settings(), MAX_BYTES, url -> Optional.empty()),
                100,
                MAX_BYTES,
                Refetch.NEVER);
    }

    /** Returns a stream whose reads know no interrupt. */
    private InputStream input() {
        if (well) {
            return new ByteArrayInputStream(shard);
        }
        return new SequenceInputStream(new ByteArrayInputStream(Arrays.copyOf(shard, PIECE)), new InputStream() {
            @Override
            public int read() {
                FetchFixture.hang(silent);
                return -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                return read();
            }
        });
    }

    private boolean isSilent(Silence silence) {
        return origin.hits().size() >= (silence.name().startsWith("REST") ? 3 : 1);
    }

    private FetchSettings settings() {
        return new FetchSettings().forOwnHost("127.0.0.1/32", origin.port());
    }

    private void answer(HttpExchange exchange, Silence silence) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getPath();
        String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
        boolean named = List.of(path.replaceFirst("/$", ""), range, exchange.getRequestMethod())
                .contains(silence.request);
        if (named && !well && silence != Silence.BODY_OF_OBJECT) {
            origin.hang();
        } else if (path.equals("/robots.txt")) {
            TestOrigin.send(exchange, 404, new byte[0]);
        } else if (path.matches("/images/?")) {
            listing(exchange);
        } else if (path.endsWith(".jpg")) {
            int number = path.charAt(path.length() - 5) - '0';
            boolean stops = number == 2 && silence.name().startsWith("BODY");
            body(exchange, image(number), "null", stops ? BYTES / 2 : BYTES, /* closes */ false);
        } else {
            boolean breaks = silence.name().startsWith("REST");
            body(exchange, shard, range, PIECE, breaks);
        }
    }

    /** Sends a file from where it is asked for, and unless all is well stops after a number of bytes. */
    private void body(HttpExchange exchange, byte[] file, String range, int most, boolean closes)
            throws IOException, InterruptedException {
        int from = range.equals("null") ? 0 : Integer.parseInt(range.replaceAll("bytes=|-.*", ""));
        int end = range.endsWith("-0") ? 1 : file.length;
        exchange.getResponseHeaders().set("ETag", "\"v1\"");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", "" + file.length);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            return;
        }
        if (!range.equals("null")) {
            exchange.getResponseHeaders().set("Content-Range", "bytes %d-%d/%d".formatted(from, end - 1, file.length));
        }
        exchange.sendResponseHeaders(range.equals("null") ? 200 : 206, end - from);
        int sent = well ? end - from : Math.min(most, end - from);
        exchange.getResponseBody().write(file, from, sent);
        exchange.getResponseBody().flush();
        if (sent < end - from && !closes) {
            origin.hang();
        }
        exchange.close();
    }

    private static void listing(HttpExchange exchange) throws IOException {
        String objects = IntStream.range(0, IMAGES)
                .mapToObj(i ->
                        "<Contents><Key>%d.jpg</Key><ETag>\"v1\"</ETag><Size>%d</Size></Contents>".formatted(i, BYTES))
                .collect(Collectors.joining());
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        TestOrigin.send(
                exchange,
                200,
                "<ListBucketResult><IsTruncated>false</IsTruncated>%s</ListBucketResult>"
                        .formatted(objects)
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] image(int number) {
        byte[] image = new byte[BYTES];
        new Random(number).nextBytes(image);
        return image;
    }
}
