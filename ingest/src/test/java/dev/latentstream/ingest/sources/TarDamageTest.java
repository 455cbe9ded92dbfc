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
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards that are damaged, joined, or have members that are not files. */
class TarDamageTest {
    private static final int SIZE = 124;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;

    @TempDir
    private Path folder;

    private final TestTars tars = new TestTars(() -> folder);

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

    @ParameterizedTest
    @ValueSource(strings = {CompressorStreamFactory.GZIP, CompressorStreamFactory.BZIP2})
    void zerosAroundACompressedStreamAreNoDamage(String format) throws Exception {
        byte[] a = packed(format, Files.readAllBytes(tars.tar("1.jpg", "one", "1.txt", "a cat")));
        byte[] b = packed(format, Files.readAllBytes(tars.tar("2.jpg", "two", "2.txt", "a dog")));

        List<SourceItem> items =
                read(Files.write(folder.resolve("padded"), joined(a, new byte[10_000], b, new byte[70_001])));

        assertThat(items).hasOnlyElementsOfType(Found.class);
        assertThat(found(items)).extracting(image -> image.texts().get(0)).containsExactly("a cat", "a dog");
    }

    private static byte[] packed(String format, byte[] plain) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new CompressorStreamFactory().createCompressorOutputStream(format, packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
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

    @ParameterizedTest
    @CsvSource({
        "fd377a585a000004e6d6b446, 'compressed by xz, not by gzip, bzip2 or zstd'",
        "04224d186440a7000000, 'compressed by lz4-framed, not by gzip, bzip2 or zstd'",
        "504b03041400000000000000, 'a zip archive, not a tar file'",
        "377abcaf271c00044f9b3c1d, 'a 7z archive, not a tar file'"
    })
    void anotherKindOfFileIsNamed(String start, String reason) throws IOException {
        byte[] file = Arrays.copyOf(HexFormat.of().parseHex(start), 2048);

        assertThat(read(Files.write(folder.resolve("images.tar"), file)))
                .singleElement()
                .isInstanceOfSatisfying(
                        Unreadable.class, other -> assertThat(other.reason()).contains(reason));
    }

    @Test
    void theSampleBeforeGarbageAtTheEndOfAGzipFileIsDelivered() throws IOException {
        byte[] plain = Files.readAllBytes(tars.tar("1.jpg", "one", "1.txt", "a cat"));

        List<SourceItem> items =
                read(Files.write(folder.resolve("garbage.tar.gz"), joined(gzip(plain), bytes("garbage"))));

        assertThat(found(items)).singleElement().satisfies(image -> assertThat(image.texts())
                .containsExactly("a cat"));
        assertThat(items)
                .hasSize(2)
                .last()
                .isEqualTo(
                        new Unreadable(
                                folder.resolve("garbage.tar.gz").toUri().toString(),
                                "the shard breaks off after 2 members: what follows a stream of gz is neither another one nor zeros"));
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

    /** An error page in place of the shard, a pointer of git-lfs, a shard compressed by xz, nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"<!DOCTYPE html>", "version https://git-lfs.github.com/spec/v1\n", "\u00fd7zXZ\u0000", ""})
    void whatIsNoTarFileIsReportedAndTheNextShardIsRead(String start) throws IOException {
        byte[] page = (start + "x".repeat(start.length() * 200)).getBytes(StandardCharsets.ISO_8859_1);
        Path other = Files.write(folder.resolve("other.tar"), page);
        Path next = tars.tar("1.jpg", "one");

        List<SourceItem> items =
                Sources.all(new TarSource("shards", List.of(other, next), ImageExtensions.USUAL, 10_000));

        assertThat(items).hasSize(2).first().isInstanceOf(Unreadable.class);
        assertThat(found(items)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 5000})
    void whatFollowsTheEndOfAnArchiveIsReported(int length) throws IOException {
        byte[] shard = Files.readAllBytes(tars.tar("1.jpg", "one", "1.txt", "a cat"));

        List<SourceItem> items =
                read(Files.write(folder.resolve("junk.tar"), joined(shard, bytes("j".repeat(length)))));

        assertThat(found(items)).singleElement().satisfies(image -> assertThat(image.texts())
                .containsExactly("a cat"));
        assertThat(items).hasSize(2).last().isInstanceOfSatisfying(Unreadable.class, end -> assertThat(end.reason())
                .isEqualTo(
                        "the shard breaks off after 2 members: what follows its end-of-archive block is no archive"));
    }

    /** Devices, a pipe, a folder of an incremental backup, a volume's label, the rest of another volume's file, an unknown type. */
    @ParameterizedTest
    @ValueSource(strings = {"3", "4", "6", "D", "V", "M", "Q"})
    void aMemberThatIsNoFileIsNoImage(String type) throws IOException {
        byte[] shard = Files.readAllBytes(tars.tar("1.jpg", "", "1.txt", "a cat", "2.jpg", "two"));

        List<SourceItem> items = read(edited(shard, TYPE, type));

        assertThat(found(items)).singleElement().satisfies(image -> assertThat(image.uri())
                .endsWith("!2.jpg"));
        assertThat(items).hasAtLeastOneElementOfType(Unreadable.class);
        assertThat(dropped(items)).hasSize(1);
    }

    /** Older programs write the size of what a link points to. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "6"})
    void theSizeOfALinkIsNotThatOfItsContent(String type) throws IOException {
        byte[] shard = Files.readAllBytes(tars.tar("0.jpg", "", "1.jpg", "one", "1.txt", "a cat"));

        List<SourceItem> items = read(edited(Files.readAllBytes(edited(shard, TYPE, type)), SIZE, "00000001000"));

        assertThat(found(items)).singleElement().satisfies(image -> assertThat(image.texts())
                .containsExactly("a cat"));
    }

    @ParameterizedTest
    @CsvSource({"108, -1", "108, ?", "116, -1", "136, yesterday"})
    void anOwnerOrTimeThatIsNoNumberDoesNotEndTheShard(int field, String value) throws IOException {
        byte[] shard = Files.readAllBytes(tars.tar("1.jpg", "one", "1.txt", "a cat"));

        assertThat(read(edited(shard, field, value))).singleElement().isInstanceOf(Found.class);
    }

    @Test
    void aGzipFileThatIsCutOffSaysSo() throws IOException {
        byte[] packed = gzip(Files.readAllBytes(tars.tar("1.jpg", "one", "1.txt", "a cat")));

        List<SourceItem> items =
                read(Files.write(folder.resolve("cut.tar.gz"), Arrays.copyOf(packed, packed.length - 20)));

        assertThat(items).last().isInstanceOfSatisfying(Unreadable.class, end -> assertThat(end.reason())
                .endsWith(": unexpected end of the file"));
    }

    /** Returns a shard whose first header has another value in a field, and the checksum of that. */
    private Path edited(byte[] shard, int field, String value) throws IOException {
        byte[] copy = shard.clone();
        byte[] written = bytes(value);
        System.arraycopy(written, 0, copy, field, written.length);
        Arrays.fill(copy, CHECKSUM, CHECKSUM + 8, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += copy[i] & 0xff;
        }
        System.arraycopy(bytes("%06o\0".formatted(sum)), 0, copy, CHECKSUM, 7);
        return Files.write(Files.createTempFile(folder, "edited", ".tar"), copy);
    }
}
