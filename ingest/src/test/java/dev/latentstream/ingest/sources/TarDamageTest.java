package dev.latentstream.ingest.sources;

import static dev.latentstream.ingest.sources.TestTars.bytes;
import static dev.latentstream.ingest.sources.TestTars.dropped;
import static dev.latentstream.ingest.sources.TestTars.found;
import static dev.latentstream.ingest.sources.TestTars.gzip;
import static dev.latentstream.ingest.sources.TestTars.joined;
import static dev.latentstream.ingest.sources.TestTars.put;
import static dev.latentstream.ingest.sources.TestTars.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.schemas.AltTextFault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards that are damaged, joined, or have members that are not files. */
class TarDamageTest {
    @TempDir
    private Path folder;

    private TestTars tars;

    @BeforeEach
    void makeTars() {
        tars = new TestTars(folder);
    }

    @Test
    void archivesInARowAreReadToTheEnd() throws IOException {
        byte[] a = Files.readAllBytes(tars.tar("1.jpg", "one", "1.txt", "a cat"));
        byte[] b = Files.readAllBytes(tars.tar("2.jpg", "two", "2.txt", "a dog"));
        Path padded = Files.write(folder.resolve("ab.tar"), joined(a, b));
        Path bare = Files.write(folder.resolve("bare.tar"), joined(Arrays.copyOf(a, 3072), b, new byte[2000]));
        Path packed = Files.write(folder.resolve("ab.tar.gz"), joined(gzip(a), gzip(b)));

        assertThat(List.of(padded, bare, packed)).allSatisfy(shard -> {
            List<SourceItem> items = read(shard);
            assertThat(items).hasOnlyElementsOfType(Found.class);
            assertThat(found(items)).extracting(image -> image.texts().get(0)).containsExactly("a cat", "a dog");
        });
    }

    @Test
    void theSampleBeforeABrokenHeaderIsDelivered() throws IOException {
        byte[] shard = Files.readAllBytes(tars.tar("1.jpg", "one", "1.txt", "a cat", "2.jpg", "two"));
        shard[2048 + 10] ^= 1; // the third header

        List<SourceItem> items = read(Files.write(folder.resolve("broken.tar"), shard));

        assertThat(found(items)).singleElement().satisfies(image -> assertThat(image.texts())
                .containsExactly("a cat"));
        assertThat(items.get(items.size() - 1))
                .isInstanceOfSatisfying(Unreadable.class, broken -> assertThat(broken.reason())
                        .isEqualTo("the shard breaks off after 2 members: a header with a wrong checksum"));
    }

    @Test
    void theSampleBeforeGarbageAtTheEndOfAGzipFileIsDelivered() throws IOException {
        byte[] plain = Files.readAllBytes(tars.tar("1.jpg", "one", "1.txt", "a cat"));

        List<SourceItem> items =
                read(Files.write(folder.resolve("garbage.tar.gz"), joined(gzip(plain), bytes("garbage"))));

        assertThat(found(items)).singleElement().satisfies(image -> assertThat(image.texts())
                .containsExactly("a cat"));
        assertThat(items).hasSize(2).last().isInstanceOf(Unreadable.class);
    }

    @Test
    void anImageIsDeliveredAlthoughTheShardBreaksOffInItsText() throws IOException {
        byte[] shard = Files.readAllBytes(tars.tar("1.jpg", "one", "1.txt", "a cat ".repeat(200)));

        List<SourceItem> items = read(Files.write(folder.resolve("cut.tar"), Arrays.copyOf(shard, 2000)));

        assertThat(found(items)).hasSize(1);
        assertThat(items).hasSize(2).last().isInstanceOf(Unreadable.class);
    }

    @Test
    void aMemberThatIsAHardLinkIsReportedTogetherWithItsText() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            put(out, "1.jpg", bytes("one"));
            TarArchiveEntry link = new TarArchiveEntry("2.jpg", TarConstants.LF_LINK);
            link.setLinkName("1.jpg");
            out.putArchiveEntry(link);
            out.closeArchiveEntry();
            put(out, "2.txt", bytes("a cat"));
        }

        List<SourceItem> items = read(Files.write(folder.resolve("link.tar"), bytes.toByteArray()));

        assertThat(found(items)).hasSize(1);
        assertThat(items).hasAtLeastOneElementOfType(Unreadable.class);
        assertThat(dropped(items)).singleElement().satisfies(text -> assertThat(text.fault())
                .isEqualTo(AltTextFault.NO_IMAGE));
    }

    @Test
    void aSparseMemberWithALongMapIsReportedAndTheNextOneIsRead() throws Exception {
        tars.shell(
                "for i in 0 2 4 6 8 10 12 14; do printf x | dd of=s.jpg bs=65536 seek=$i conv=notrunc 2>/dev/null; done");
        tars.shell("printf two > t.jpg; tar --format=gnu -S -cf sparse.tar s.jpg t.jpg");

        List<SourceItem> items = read(folder.resolve("sparse.tar"));

        assertThat(found(items)).singleElement().satisfies(image -> assertThat(image.uri())
                .endsWith("!t.jpg"));
    }

    @Test
    void aPipeIsNotOpened() throws Exception {
        tars.shell("mkfifo p.tar");

        assertThat(read(folder.resolve("p.tar")))
                .singleElement()
                .satisfies(item -> assertThat(((Unreadable) item).reason()).contains("not a regular file"));
    }

    @Test
    void aShardThatInflatesWithoutEndIsReadNoFurtherThanItsBound() throws IOException {
        byte[] zeros = new byte[96 << 20];
        Path bomb = tars.tarOfBytes("1.jpg", bytes("one"), "2.jpg", zeros, "3.jpg", bytes("three"));
        Path packed = Files.write(folder.resolve("bomb.tar.gz"), gzip(Files.readAllBytes(bomb)));

        List<SourceItem> items = read(packed);

        assertThat(found(items)).extracting(Found::uri).allMatch(uri -> uri.endsWith("!1.jpg"));
        assertThat(items).last().isInstanceOfSatisfying(Unreadable.class, end -> assertThat(end.reason())
                .startsWith("the shard breaks off after ")
                .contains("inflate to ", "above 250 to 1"));
    }

    @Test
    void aStreamIsReadLikeAFile() throws IOException {
        byte[] packed = gzip(Files.readAllBytes(tars.tar("1.jpg", "one", "1.txt", "a cat", "2.jpg", "two")));
        TarSource source = TarSource.ofStream(
                "shards", "stdin:shards", new ByteArrayInputStream(packed), ImageExtensions.USUAL, 10_000);

        List<Found> found = found(Sources.all(source));

        assertThat(found).extracting(Found::uri).containsExactly("stdin:shards!1.jpg", "stdin:shards!2.jpg");
        assertThat(found.get(0).texts()).containsExactly("a cat");
        assertThat(source.again()).isEmpty();
    }
}
