package dev.latentstream.ingest.sources;

import static dev.latentstream.ingest.sources.TestTars.gzip;
import static dev.latentstream.ingest.sources.TestTars.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.TooLarge;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TarSourceTest {
    @TempDir
    private Path folder;

    private final TestTars tars = new TestTars(() -> folder);

    @Test
    void membersOfOneKeyAreOneSample() throws IOException {
        Path tar = tars.tar(
                "0001.json",
                "{\"licence\": \"CC BY\", \"tags\": [1]}",
                "0001.jpg",
                "one",
                "0001.txt",
                "a cat",
                "0002.png",
                "two");

        List<SourceItem> items = read(tar);

        assertThat(items).hasSize(2);
        Found first = (Found) items.get(0);
        assertThat(first.image()).asString().isEqualTo("one");
        assertThat(first.altText()).contains("a cat");
        assertThat(first.attributes()).isEqualTo(Map.of("licence", "CC BY"));
        assertThat(((Found) items.get(1)).altText()).isEmpty();
    }

    @Test
    void aCompressedShardIsReadLikeAPlainOne() throws IOException {
        byte[] plain = Files.readAllBytes(tars.tar("a.jpg", "one"));
        Path packed = Files.write(folder.resolve("b.tar.gz"), gzip(plain));

        assertThat(read(packed)).singleElement().isInstanceOf(Found.class);
    }

    @Test
    void aShardOfSeveralGzipMembersIsReadToItsEnd() throws IOException {
        byte[] plain = Files.readAllBytes(tars.tar("a.jpg", "one", "b.jpg", "two"));
        byte[] first = gzip(Arrays.copyOf(plain, 1024)); // a header and its padded content
        byte[] second = gzip(Arrays.copyOfRange(plain, 1024, plain.length));
        Path packed = folder.resolve("members.tar.gz");
        Files.write(packed, first);
        Files.write(packed, second, StandardOpenOption.APPEND);

        assertThat(read(packed)).hasSize(2).hasOnlyElementsOfType(Found.class);
    }

    @Test
    void aShardThatEndsWithoutItsLastBlockIsReported() throws IOException {
        byte[] plain = Files.readAllBytes(tars.tar("a.jpg", "one", "b.jpg", "two"));

        List<SourceItem> items = read(Files.write(folder.resolve("cut.tar"), Arrays.copyOf(plain, 1024)));

        assertThat(items).hasSize(2).hasAtLeastOneElementOfType(Found.class);
        assertThat(((Unreadable) items.get(1)).reason())
                .isEqualTo("the shard ends after 1 members without an end-of-archive block");
    }

    @Test
    void whatGnuTarWroteIsRead() throws Exception {
        Files.writeString(folder.resolve("a.jpg"), "one");
        Files.writeString(folder.resolve("a.txt"), "a dog");
        tars.shell("tar -cf gnu.tar a.jpg a.txt");

        assertThat(read(folder.resolve("gnu.tar")))
                .singleElement()
                .satisfies(item -> assertThat(((Found) item).altText()).contains("a dog"));
    }

    @Test
    void aShardThatBreaksOffIsReportedAndTheNextOneIsRead() throws IOException {
        byte[] whole = Files.readAllBytes(tars.tar("a.jpg", "x".repeat(3000), "b.jpg", "y".repeat(3000)));
        Path cut = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(whole, 6000));
        Path next = tars.tar("c.jpg", "three");

        List<SourceItem> items =
                Sources.all(new TarSource("shards", List.of(cut, next), ImageExtensions.USUAL, 10_000));

        assertThat(items)
                .filteredOn(Found.class::isInstance)
                .extracting(SourceItem::uri)
                .last()
                .asString()
                .endsWith("!c.jpg");
        assertThat(items)
                .filteredOn(Unreadable.class::isInstance)
                .singleElement()
                .satisfies(item -> assertThat(((Unreadable) item).reason()).startsWith("the shard breaks off"));
    }

    @Test
    void aShardThatCannotBeOpenedIsReportedAndTheNextOneIsRead() throws IOException {
        Path absent = folder.resolve("absent.tar");
        Path damaged = Files.write(folder.resolve("damaged.tar.gz"), new byte[] {0x1f, (byte) 0x8b, 99, 0, 0, 0, 0, 0});
        Path next = tars.tar("c.jpg", "three");

        List<SourceItem> items =
                Sources.all(new TarSource("shards", List.of(absent, damaged, next), ImageExtensions.USUAL, 10_000));

        assertThat(items)
                .extracting(SourceItem::uri)
                .containsExactly(absent.toUri().toString(), damaged.toUri().toString(), next.toUri() + "!c.jpg");
        assertThat(items.subList(0, 2)).allSatisfy(item -> assertThat(((Unreadable) item).reason())
                .startsWith("the shard cannot be opened: "));
        assertThat(((Unreadable) items.get(0)).reason()).endsWith(": there is no such file");
    }

    @Test
    void linksAreReportedNotFollowed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry link = new TarArchiveEntry("evil.jpg", TarConstants.LF_SYMLINK);
            link.setLinkName("/etc/passwd");
            out.putArchiveEntry(link);
            out.closeArchiveEntry();
        }

        assertThat(read(Files.write(folder.resolve("link.tar"), bytes.toByteArray())))
                .singleElement()
                .isInstanceOf(Unreadable.class);
    }

    @Test
    void aSecondImageOfAKeyIsReported() throws IOException {
        List<SourceItem> items = read(tars.tar("a.jpg", "one", "a.png", "two"));

        assertThat(items).hasAtLeastOneElementOfType(Found.class).hasAtLeastOneElementOfType(Unreadable.class);
    }

    @Test
    void anImageBeyondTheBoundIsDeliveredByItsHash() throws IOException {
        assertThat(Sources.all(
                        new TarSource("shards", List.of(tars.tar("a.jpg", "0123456789")), ImageExtensions.USUAL, 4)))
                .singleElement()
                .satisfies(item -> assertThat(((TooLarge) item).imageId())
                        .isEqualTo("84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"));
    }

    static Stream<Byte> typesOfHeaders() {
        return Stream.of(
                TarConstants.LF_GNUTYPE_LONGNAME,
                TarConstants.LF_PAX_EXTENDED_HEADER_LC,
                TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER);
    }

    @ParameterizedTest
    @MethodSource("typesOfHeaders")
    void aHeaderThatInflatesWithoutEndIsReadNoFurtherThanItsBound(byte type) throws IOException {
        Path bomb = folder.resolve("bomb.tar.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb), 1 << 16)) {
            out.write(header(type, 4L << 30));
            out.write("2000000000 path=".getBytes(StandardCharsets.US_ASCII));
            byte[] name = new byte[1 << 20];
            Arrays.fill(name, (byte) 'a');
            for (int i = 0; i < 16; i++) {
                out.write(name);
            }
        }

        assertBreaksOff(bomb, "above 1048576");
    }

    @ParameterizedTest
    @MethodSource("typesOfHeaders")
    void headersOneAfterTheOtherAreReadNoFurtherThanTheirBound(byte type) throws IOException {
        Path bomb = folder.resolve("bomb.tar");
        try (OutputStream out = Files.newOutputStream(bomb)) {
            for (int i = 0; i < 4000; i++) {
                out.write(header(type, 0));
            }
        }

        assertBreaksOff(bomb, "257 headers of one member are more than 256");
    }

    @Test
    void attributesForAllMembersAreBoundedTogether() throws IOException {
        byte[] plain = Files.readAllBytes(tars.tar("a.jpg", "one"));
        Path bomb = folder.resolve("globals.tar");
        try (OutputStream out = Files.newOutputStream(bomb)) {
            for (int i = 0; i < 65; i++) {
                out.write(header(TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER, 0));
                out.write(plain, 0, 1024); // a header and its padded content
            }
        }

        assertBreaksOff(bomb, "65 global headers are more than 64");
    }

    @Test
    void namesAndContentsLongerThanAnyHeaderAreRead() throws IOException {
        String name = "n".repeat(3000);
        String large = "x".repeat(3 << 20);
        for (int mode : new int[] {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX}) {
            List<SourceItem> items =
                    read(tars.withLongNames(mode).tar("a.bin", large, name + ".jpg", large, "b.jpg", "two"));

            assertThat(items)
                    .extracting(SourceItem::uri)
                    .satisfiesExactly(
                            uri -> assertThat(uri).endsWith("!a.bin"),
                            uri -> assertThat(uri).endsWith("!" + name + ".jpg"),
                            uri -> assertThat(uri).endsWith("!b.jpg"));
        }
    }

    private static void assertBreaksOff(Path shard, String because) throws IOException {
        List<SourceItem> items = read(shard);
        assertThat(((Unreadable) items.get(items.size() - 1)).reason())
                .startsWith("the shard breaks off after ")
                .endsWith(because);
    }

    /** Writes an entry with any claimed size. */
    private static byte[] header(byte type, long size) {
        TarArchiveEntry entry = new TarArchiveEntry("header", type);
        entry.setSize(size);
        byte[] header = new byte[512];
        entry.writeEntryHeader(header);
        return header;
    }
}
