package dev.latentstream.ingest.sources;

import static dev.latentstream.ingest.sources.TestTars.bytes;
import static dev.latentstream.ingest.sources.TestTars.found;
import static dev.latentstream.ingest.sources.TestTars.joined;
import static dev.latentstream.ingest.sources.TestTars.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sparse members and pax headers, read as GNU tar and Python's tarfile read them. */
class TarFormatsTest {
    private static final int MAX_BYTES = 1 << 20;

    @TempDir
    private Path folder;

    private final TestTars tars = new TestTars(() -> folder);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=gnu",
                "--format=posix --sparse-version=0.0",
                "--format=posix --sparse-version=0.1",
                "--format=posix --sparse-version=1.0"
            })
    void aSparseMemberIsReadWithItsHoles(String format) throws Exception {
        tars.shell(
                "for i in 0 2 4 6 8 10 12; do printf x$i | dd of=s.jpg bs=65536 seek=$i conv=notrunc 2>/dev/null; done");
        tars.shell("truncate -s 900000 s.jpg; truncate -s 5000 h.jpg; printf two > t.jpg; printf text > s.txt");
        tars.shell("tar %s -S --hole-detection=raw -cf sparse.tar s.jpg s.txt h.jpg t.jpg".formatted(format));

        List<SourceItem> items = all(folder.resolve("sparse.tar"));

        assertThat(items).hasOnlyElementsOfType(Found.class);
        assertThat(found(items)).extracting(Found::image).containsExactly(file("s.jpg"), file("h.jpg"), file("t.jpg"));
        assertThat(found(items).get(0).texts()).containsExactly("text");
        assertThat(found(items)).extracting(Found::uri).allMatch(uri -> uri.matches(".*sparse\\.tar![sht]\\.jpg"));
        assertThat(Files.size(folder.resolve("sparse.tar"))).isLessThan(60_000);
    }

    @ParameterizedTest
    @CsvSource({
        "--format=gnu, 1",
        "--format=gnu, 3",
        "--format=gnu, 9",
        "--format=posix, 1",
        "--format=posix, 3",
        "--format=posix, 9",
        "--format=posix --sparse-version=0.1, 9",
        "--format=posix --sparse-version=0.0, 9"
    })
    void aSparseMemberThatIsLargerThanTheBoundIsRefusedAndTheNextOneIsRead(String format, int gib) throws Exception {
        tars.shell(
                "for i in 0 2 4 6 8 10 12; do printf x$i | dd of=s.jpg bs=65536 seek=$i conv=notrunc 2>/dev/null; done");
        tars.shell("truncate -s %dG s.jpg; printf y >> s.jpg; cp s.jpg s.txt; printf two > t.jpg".formatted(gib));
        tars.shell("tar %s -S -cf sparse.tar s.jpg s.txt t.jpg".formatted(format));

        List<SourceItem> items = all(folder.resolve("sparse.tar"));

        assertThat(items)
                .extracting(SourceItem::uri)
                .map(uri -> uri.substring(uri.indexOf('!') + 1))
                .containsExactly("s.jpg", "s.txt", "t.jpg");
        assertThat(items.get(0)).isInstanceOfSatisfying(Refused.class, refused -> assertThat(
                        refused.refusal().value())
                .isEqualTo(Long.toString(((long) gib << 30) + 1)));
        assertThat(found(items))
                .singleElement()
                .satisfies(image -> assertThat(image.image()).asString().isEqualTo("two"));
    }

    /** As Python's tarfile and bsdtar write names that are not UTF-8, and as GNU tar does. */
    @ParameterizedTest
    @ValueSource(strings = {"hdrcharset", "comment"})
    void aNameOfAPaxHeaderIsItsBytes(String keyword) throws IOException {
        Path shard = withPax(record(keyword, "BINARY"), record("path", "ordner/sch\u00f6n.jpg"));

        assertThat(read(shard)).singleElement().satisfies(item -> assertThat(item.uri())
                .endsWith("!ordner/sch%F6n.jpg"));
    }

    @Test
    void aNameInUtf8OfAPaxHeaderIsText() throws IOException {
        String utf8 = new String(bytes("\u706b/\u00e9.jpg"), StandardCharsets.ISO_8859_1);

        assertThat(read(withPax(record("path", "/" + utf8)))).singleElement().satisfies(item -> assertThat(item.uri())
                .endsWith("!\u706b/\u00e9.jpg"));
    }

    @ParameterizedTest
    @CsvSource({
        "uid, nobody",
        "gid, -",
        "mtime, yesterday",
        "atime, 1e999x",
        "ctime, ''",
        "mtime, 99999999999999999999999999",
        "SCHILY.devmajor, x",
        "LIBARCHIVE.creationtime, x"
    })
    void anOwnerOrTimeOfAPaxHeaderThatIsNoNumberDoesNotEndTheShard(String keyword, String value) throws IOException {
        List<SourceItem> items = read(withPax(record(keyword, value), record("path", "2.jpg")));

        assertThat(items).singleElement().isInstanceOf(Found.class);
        assertThat(items.get(0).uri()).endsWith("!2.jpg");
    }

    @Test
    void aSizeOfAPaxHeaderThatIsNoNumberEndsTheShard() throws IOException {
        assertThat(read(withPax(record("size", "large")))).singleElement().isInstanceOf(Unreadable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"99 path=a.jpg\n", "x path=a.jpg\n", "13 path=a.jpg", "path", "99999999999 a=b\n"})
    void aMalformedPaxHeaderEndsTheShard(String content) throws IOException {
        assertThat(read(withPax(content))).singleElement().isInstanceOf(Unreadable.class);
    }

    private List<SourceItem> all(Path shard) throws IOException {
        return Sources.all(new TarSource("shards", List.of(shard), ImageExtensions.USUAL, MAX_BYTES));
    }

    private byte[] file(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    /** Returns a shard of one image, {@code 1.jpg}, after a pax header of these records in Latin-1. */
    private Path withPax(String... records) throws IOException {
        byte[] content = String.join("", records).getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            TarArchiveEntry header = new TarArchiveEntry("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
            header.setSize(content.length);
            tar.putArchiveEntry(header);
            tar.write(content);
            tar.closeArchiveEntry();
            TestTars.put(tar, "1.jpg", bytes("one"));
        }
        return Files.write(folder.resolve("pax.tar"), joined(out.toByteArray()));
    }

    /** Returns a record with its length. */
    private static String record(String keyword, String value) {
        String rest = " %s=%s\n".formatted(keyword, value);
        int length = rest.length() + 1;
        while (Integer.toString(length).length() + rest.length() != length) {
            length++;
        }
        return length + rest;
    }
}
