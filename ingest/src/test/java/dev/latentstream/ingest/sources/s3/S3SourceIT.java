package dev.latentstream.ingest.sources.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.ingest.sources.ImageExtensions;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Position;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.ingest.sources.TarSource;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources of a bucket, on a store of its own process that checks signatures. */
class S3SourceIT {
    private static final int MAX_BYTES = 100_000;

    @TempDir
    private static Path folder;

    private static S3Server server;
    private static S3Store store;

    @BeforeAll
    static void start() throws IOException {
        System.setProperty("aws.accessKeyId", S3Server.KEY);
        System.setProperty("aws.secretAccessKey", S3Server.SECRET);
        server = S3Server.start(folder);
        store = S3Store.open(S3Server.access(server.endpoint()));
    }

    @AfterAll
    static void stop() {
        store.close();
        server.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void deliversTheImagesOfAPrefixInOrderWithTheirTexts() throws IOException {
        server.bucket("photos");
        put("photos", "a/one.jpg", "1");
        put("photos", "a/one.txt", " a cat \n");
        put("photos", "a/one.jpg.txt", "a grey cat");
        put("photos", "a/one.json", "{\"license\": \"CC0\"}");
        put("photos", "b.png", "2");
        put("photos", "other/c.png", "3");
        put("photos", "table.csv", "1,2");

        List<SourceItem> items = S3Items.all(source("photos", "", MAX_BYTES));

        assertThat(items)
                .extracting(SourceItem::uri)
                .containsExactly(
                        "s3://photos/a/one.jpg",
                        "s3://photos/b.png",
                        "s3://photos/other/c.png",
                        "s3://photos/table.csv");
        Found first = (Found) items.get(0);
        assertThat(first.texts()).containsExactly("a cat", "a grey cat");
        assertThat(first.attributes()).containsExactly(Map.entry("license", "CC0"));
        assertThat(first.image()).asString().isEqualTo("1");
        assertThat(S3Items.all(source("photos", "a/", MAX_BYTES))).hasSize(1);
    }

    @Test
    void whatAnEarlierRunDeliveredIsNotReadUnlessItChanged() throws IOException {
        server.bucket("again");
        put("again", "a.jpg", "1");
        put("again", "a.txt", "a cat");
        put("again", "b.jpg", "2");
        Map<String, String> delivered = new HashMap<>();
        S3Items.found(S3Items.all(source("again", "", MAX_BYTES)))
                .forEach(found -> delivered.put(found.uri(), found.stamp().orElseThrow()));
        Known known = (uri, stamp) -> stamp.equals(delivered.get(uri));

        assertThat(S3Items.all(source("again", "", MAX_BYTES), known))
                .hasSize(2)
                .allMatch(Done.class::isInstance);

        put("again", "a.txt", "a dog");
        List<SourceItem> changed = S3Items.all(source("again", "", MAX_BYTES), known);
        assertThat(changed)
                .filteredOn(Done.class::isInstance)
                .extracting(SourceItem::uri)
                .containsExactly("s3://again/b.jpg");
        assertThat(S3Items.found(changed)).singleElement().satisfies(image -> assertThat(image.texts())
                .containsExactly("a dog"));
    }

    @Test
    void readsEveryPageOfAListing() throws IOException {
        server.bucket("many");
        List<String> keys =
                IntStream.range(0, 25).mapToObj("%05d.jpg"::formatted).toList();
        keys.forEach(key -> put("many", key, key));
        try (S3Store paged = S3Store.open(S3Server.access(server.endpoint()), 10)) {
            assertThat(S3Items.all(
                            new S3Source("many", paged, new S3Location("many", ""), ImageExtensions.USUAL, MAX_BYTES)))
                    .extracting(SourceItem::uri)
                    .containsExactlyElementsOf(
                            keys.stream().map("s3://many/"::concat).toList());
        }
    }

    @Test
    void keysMayHaveAnyCharacters() throws IOException {
        server.bucket("odd");
        List<String> keys = List.of(
                "a b+c&d=e.jpg",
                "100%41.jpg",
                "%.jpg",
                "line\nbreak.jpg",
                "tab\t.jpg",
                "\u0001.jpg",
                "snow\u2603.jpg",
                "face\ud83d\ude00.jpg",
                "q?x=1#f.jpg",
                "quote\"'<>.jpg",
                "back\\slash.jpg",
                "double//slash.jpg");
        keys.forEach(key -> put("odd", key, "of " + key));

        List<Found> found = S3Items.found(S3Items.all(source("odd", "", MAX_BYTES)));

        assertThat(found)
                .extracting(image -> new String(image.image(), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrderElementsOf(
                        keys.stream().map("of "::concat).toList());
        assertThat(found)
                .extracting(Found::uri)
                .doesNotHaveDuplicates()
                .contains("s3://odd/line%0Abreak.jpg", "s3://odd/100%2541.jpg");
    }

    @Test
    void folderObjectsAreSkippedAndLargeOnesRefusedUnread() throws IOException {
        server.bucket("sizes");
        server.put("sizes", "sub/", new byte[0]);
        server.put("sizes", "sub/empty.jpg", new byte[0]);
        server.put("sizes", "sub/large.jpg", new byte[MAX_BYTES + 1]);
        put("sizes", "sub/large.txt", "of a large one");

        List<SourceItem> items = S3Items.all(source("sizes", "sub/", MAX_BYTES));

        assertThat(items)
                .filteredOn(Skipped.class::isInstance)
                .extracting(SourceItem::uri)
                .containsExactly("s3://sizes/sub/");
        assertThat(S3Items.found(items)).singleElement().satisfies(empty -> assertThat(empty.image())
                .isEmpty());
        assertThat(items).filteredOn(Refused.class::isInstance).singleElement().satisfies(item -> {
            assertThat(((Refused) item).refusal().reason()).isEqualTo(RejectionReason.TOO_MANY_BYTES);
            assertThat(((Refused) item).refusal().value()).isEqualTo("100001");
        });
        assertThat(items).filteredOn(DroppedText.class::isInstance).hasSize(1);
    }

    @Test
    void aConnectionThatBreaksOffIsContinuedWhereItBrokeOff() throws IOException {
        server.bucket("shards");
        byte[] shard = S3Items.shard(40, 50_000);
        server.put("shards", "shard-0000.tar", shard);
        List<Found> expected = S3Items.found(S3Items.all(tar(store, "shard-0000.tar")));
        AtomicInteger connections = new AtomicInteger();
        LongSupplier lengths = () -> {
            connections.incrementAndGet();
            return 300_000;
        };
        try (BreakingRelay relay = BreakingRelay.start(server.port(), lengths);
                S3Store broken = S3Store.open(S3Server.access(relay.endpoint()))) {
            List<SourceItem> items = S3Items.all(tar(broken, "shard-0000.tar"));

            assertThat(S3Items.found(items))
                    .hasSize(40)
                    .extracting(Found::texts)
                    .containsExactlyElementsOf(
                            expected.stream().map(Found::texts).toList());
            assertThat(S3Items.found(items)).zipSatisfy(expected, (one, other) -> assertThat(one.image())
                    .isEqualTo(other.image()));
            assertThat(items).hasSize(41).last().isInstanceOf(Position.class);
        }
        assertThat(connections.get())
                .as("%d bytes in pieces of 300000", shard.length)
                .isBetween(7, 9);
    }

    @Test
    void aBodyThatIsAlwaysShortIsReportedAndReadByTheNextRun() throws IOException {
        server.bucket("short");
        server.put("short", "a.jpg", new byte[50_000]);
        put("short", "b.jpg", "whole");
        try (BreakingRelay relay = BreakingRelay.start(server.port(), () -> 2_000);
                S3Store broken = S3Store.open(S3Server.access(relay.endpoint()));
                ImageSource source =
                        new S3Source("short", broken, new S3Location("short", ""), ImageExtensions.USUAL, MAX_BYTES)) {
            List<SourceItem> items = S3Items.all(source);

            assertThat(items)
                    .filteredOn(Unreadable.class::isInstance)
                    .singleElement()
                    .satisfies(item -> assertThat(((Unreadable) item).reason())
                            .matches("(?s)s3://short/a.jpg: \\d+ of 50000 bytes arrive, then: .*"));
            assertThat(S3Items.found(items)).extracting(Found::uri).containsExactly("s3://short/b.jpg");
        }
        assertThat(S3Items.found(S3Items.all(source("short", "", MAX_BYTES)))).hasSize(2);
    }

    @Test
    void twoVersionsOfAShardAreNeverMixed() throws IOException {
        server.bucket("changing");
        server.put("changing", "shard.tar", S3Items.shard(40, 50_000));
        try (BreakingRelay relay = BreakingRelay.start(server.port(), () -> 300_000);
                S3Store broken = S3Store.open(S3Server.access(relay.endpoint()));
                TarSource source = tar(broken, "changing", "shard.tar")) {
            assertThat(source.next(Known.NOTHING)).containsInstanceOf(Found.class);
            server.put("changing", "shard.tar", S3Items.shard(41, 50_000));

            List<SourceItem> rest = S3Items.all(source);

            assertThat(rest).last().isInstanceOfSatisfying(Unreadable.class, shard -> assertThat(shard.reason())
                    .matches(
                            "(?s)the shard breaks off after \\d+ members: .*the object was changed while it was read"));
            assertThat(S3Items.found(rest)).hasSizeBetween(3, 6);
        }
    }

    @Test
    void anImageThatWasReplacedAfterItWasListedIsReadAsItIsNow() throws IOException {
        server.bucket("replaced");
        put("replaced", "a.jpg", "old");
        StoredObject old = store.head(new S3Location("replaced", "a.jpg"));
        put("replaced", "a.jpg", "the new one");
        StoredObject now = store.head(new S3Location("replaced", "a.jpg"));

        List<SourceItem> items = new ImageReader(store, MAX_BYTES).read(new ObjectGroups.Image(old, List.of(), 0));

        assertThat(S3Items.found(items)).singleElement().satisfies(image -> {
            assertThat(image.image()).asString().isEqualTo("the new one");
            assertThat(image.stamp()).contains(ImageReader.stamp(now, List.of()));
        });
        server.delete("replaced", "a.jpg");
        assertThat(new ImageReader(store, MAX_BYTES).read(new ObjectGroups.Image(old, List.of(), 0)))
                .singleElement()
                .isInstanceOf(Unreadable.class);
    }

    @Test
    void shardsAreFoundByPatternAndReadOnce() throws IOException {
        server.bucket("sets");
        server.put("sets", "a/shard-0001.tar", S3Items.shard(2, 10));
        server.put("sets", "a/shard-0000.tar", S3Items.shard(3, 10));
        server.put("sets", "a/b/shard-0002.tar", S3Items.shard(1, 10));
        List<S3Location> pattern = List.of(S3Location.parse("s3://sets/a/shard-*.tar"));

        List<SourceItem> items =
                S3Items.all(TarSource.ofInputs("sets", S3Shards.of(store, pattern), ImageExtensions.USUAL, MAX_BYTES));

        assertThat(S3Items.found(items)).hasSize(5).first().satisfies(image -> assertThat(image.uri())
                .startsWith("s3://sets/a/shard-0000.tar!"));
        Map<String, String> places = new HashMap<>();
        items.stream()
                .filter(Position.class::isInstance)
                .map(Position.class::cast)
                .forEach(place -> places.put(place.uri(), place.stamp()));
        List<SourceItem> again = S3Items.all(
                TarSource.ofInputs("sets", S3Shards.of(store, pattern), ImageExtensions.USUAL, MAX_BYTES),
                parts(places));
        assertThat(again).hasSize(2).allMatch(SourceItem.DonePart.class::isInstance);
        assertThatThrownBy(() -> S3Shards.of(store, List.of(S3Location.parse("s3://sets/none-*.tar"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no object matches s3://sets/none-*.tar");
    }

    @Test
    void aBrokenWorldEndsTheRunAndIsNamedWithoutSecrets() throws IOException {
        assertThatThrownBy(() -> S3Items.all(source("no-such-bucket", "", MAX_BYTES)))
                .isInstanceOf(IOException.class)
                .hasMessage("s3://no-such-bucket/: the store answers 404 NoSuchBucket: there is no such bucket at this"
                        + " endpoint");
        server.bucket("locked");
        put("locked", "a.jpg", "1");
        System.setProperty("aws.secretAccessKey", "another-secret");
        try (S3Store wrong = S3Store.open(S3Server.access(server.endpoint()))) {
            assertThatThrownBy(() -> S3Items.all(new S3Source(
                            "locked", wrong, new S3Location("locked", ""), ImageExtensions.USUAL, MAX_BYTES)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("SignatureDoesNotMatch")
                    .satisfies(failed -> assertThat(trace(failed)).doesNotContain("another-secret", S3Server.SECRET));
        } finally {
            System.setProperty("aws.secretAccessKey", S3Server.SECRET);
        }
    }

    private static String trace(Throwable failed) {
        StringBuilder trace = new StringBuilder();
        for (Throwable each = failed; each != null; each = each.getCause()) {
            trace.append(each).append('\n');
        }
        return trace.toString();
    }

    private static Known parts(Map<String, String> places) {
        return new Known() {
            @Override
            public boolean unchanged(String uri, String stamp) {
                return false;
            }

            @Override
            public OptionalLong position(String uri, String stamp) {
                return stamp.equals(places.get(uri)) ? OptionalLong.of(1) : OptionalLong.empty();
            }
        };
    }

    private static TarSource tar(S3Store from, String key) {
        return tar(from, "shards", key);
    }

    private static TarSource tar(S3Store from, String bucket, String key) {
        return TarSource.ofInputs(
                "shards", List.of(new S3Shard(from, new S3Location(bucket, key))), ImageExtensions.USUAL, MAX_BYTES);
    }

    private static S3Source source(String bucket, String prefix, int maxBytes) {
        return new S3Source(bucket, store, new S3Location(bucket, prefix), ImageExtensions.USUAL, maxBytes);
    }

    private static void put(String bucket, String key, String content) {
        server.put(bucket, key, content.getBytes(StandardCharsets.UTF_8));
    }
}
