package dev.latentstream.ingest.sources;

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
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarSourceTest {
    @TempDir
    private Path folder;

    @Test
    void membersOfOneKeyAreOneSample() throws IOException {
        Path tar = tar(
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
        byte[] plain = Files.readAllBytes(tar("a.jpg", "one"));
        Path packed = Files.write(folder.resolve("b.tar.gz"), gzip(plain));

        assertThat(read(packed)).singleElement().isInstanceOf(Found.class);
    }

    @Test
    void aShardOfSeveralGzipMembersIsReadToItsEnd() throws IOException {
        byte[] plain = Files.readAllBytes(tar("a.jpg", "one", "b.jpg", "two"));
        byte[] first = gzip(Arrays.copyOf(plain, 1024)); // a header and its padded content
        byte[] second = gzip(Arrays.copyOfRange(plain, 1024, plain.length));
        Path packed = folder.resolve("members.tar.gz");
        Files.write(packed, first);
        Files.write(packed, second, StandardOpenOption.APPEND);

        assertThat(read(packed)).hasSize(2).hasOnlyElementsOfType(Found.class);
    }

    @Test
    void aShardThatEndsWithoutItsLastBlockIsReported() throws IOException {
        byte[] plain = Files.readAllBytes(tar("a.jpg", "one", "b.jpg", "two"));

        List<SourceItem> items = read(Files.write(folder.resolve("cut.tar"), Arrays.copyOf(plain, 1024)));

        assertThat(items).hasSize(2).hasAtLeastOneElementOfType(Found.class);
        assertThat(((Unreadable) items.get(1)).reason())
                .isEqualTo("the shard ends after 1 members without an end-of-archive block");
    }

    @Test
    void whatGnuTarWroteIsRead() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("a.jpg"), "one");
        Files.writeString(folder.resolve("a.txt"), "a dog");
        Path shard = folder.resolve("gnu.tar");
        Process process = new ProcessBuilder("tar", "-cf", shard.toString(), "a.jpg", "a.txt")
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();

        assertThat(read(shard)).singleElement().satisfies(item -> assertThat(((Found) item).altText())
                .contains("a dog"));
    }

    @Test
    void aShardThatBreaksOffIsReportedAndTheNextOneIsRead() throws IOException {
        byte[] whole = Files.readAllBytes(tar("a.jpg", "x".repeat(3000), "b.jpg", "y".repeat(3000)));
        Path cut = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(whole, 6000));
        Path next = tar("c.jpg", "three");

        List<SourceItem> items = Sources.all(new TarSource("shards", List.of(cut, next), 10_000));

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
        Path next = tar("c.jpg", "three");

        List<SourceItem> items = Sources.all(new TarSource("shards", List.of(absent, damaged, next), 10_000));

        assertThat(items)
                .extracting(SourceItem::uri)
                .containsExactly(absent.toUri().toString(), damaged.toUri().toString(), next.toUri() + "!c.jpg");
        assertThat(items.subList(0, 2)).allSatisfy(item -> assertThat(((Unreadable) item).reason())
                .startsWith("the shard cannot be opened: "));
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
        List<SourceItem> items = read(tar("a.jpg", "one", "a.png", "two"));

        assertThat(items).hasAtLeastOneElementOfType(Found.class).hasAtLeastOneElementOfType(Unreadable.class);
    }

    @Test
    void anImageBeyondTheBoundIsDeliveredByItsHash() throws IOException {
        assertThat(Sources.all(new TarSource("shards", List.of(tar("a.jpg", "0123456789")), 4)))
                .singleElement()
                .satisfies(item -> assertThat(((TooLarge) item).imageId())
                        .isEqualTo("84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"));
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    private static List<SourceItem> read(Path tar) throws IOException {
        return Sources.all(new TarSource("shards", List.of(tar), 10_000));
    }

    private Path tar(String... namesAndContents) throws IOException {
        Path file = Files.createTempFile(folder, "shard", ".tar");
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                byte[] content = namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(namesAndContents[i]);
                entry.setSize(content.length);
                out.putArchiveEntry(entry);
                out.write(content);
                out.closeArchiveEntry();
            }
        }
        return file;
    }
}
