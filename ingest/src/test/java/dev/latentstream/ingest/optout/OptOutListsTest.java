package dev.latentstream.ingest.optout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.RejectionReason;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptOutListsTest {
    private static final String ID = "ab".repeat(32);
    private static final Duration EVERY = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final AtomicLong now = new AtomicLong();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://art.example/fox.jpg?size=2",
                "http://art.example:80/fox.jpg?size=2#top",
                "https://ART.example/a/../fox.jpg?size=2",
                "https://stock.example/anything",
                "https://www.stock.example/x",
                "http://cdn.eu.stock.example:8080/x",
                "https://b\u00fccher.example/x",
                "HTTPS://art.example/fox.jpg?size=2",
                " https://art.example/fox.jpg?size=2\t",
                "https://art.example./fox.jpg?size=2",
                "https://www.stock.example./x",
                "https://art.example/%66ox.jpg?siz%65=2",
                "https://art.example/caf%c3%A9%2fa.jpg?n=%e9"
            })
    void namesAnImageByAnySpellingOfItsUrlAndByItsDomains(String uri) throws IOException {
        OptOutLists lists = open(write(
                "list.txt",
                "# comment\n\nhttps://art.example/fox.jpg?size=2\r\nStock.Example\nxn--bcher-kva.example\n"
                        + "HTTP://art.example/caf%C3%a9%2Fa.jpg?n=%E9"));

        assertThat(lists.refusal(uri)).isPresent();
        assertThat(lists.refusal("0".repeat(64), "shard.tar/1.jpg", Map.of("url", uri)))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://art.example/fox.jpg",
                "https://art.example/fox.jpg?size=3",
                "https://art.example:8080/fox.jpg?size=2",
                "https://notstock.example/x",
                "https://stock.example.org/x",
                "file:/stock.example/x",
                "stock.example"
            })
    void namesNoOther(String uri) throws IOException {
        OptOutLists lists = open(write("list.txt", "https://art.example/fox.jpg?size=2\nstock.example\n" + ID));

        assertThat(lists.refusal("0".repeat(64), uri, Map.of())).isEmpty();
    }

    @Test
    void saysWhatNamesTheImage() throws IOException {
        OptOutLists lists = open(write("list.txt", ID.toUpperCase(Locale.ROOT)));

        assertThat(lists.refusal(ID, "", Map.of()))
                .contains(new Refusal(
                        RejectionReason.OPTED_OUT,
                        "id " + ID,
                        "not in an opt-out list",
                        "an opt-out list names the id " + ID));
    }

    @Test
    void readsColumnsAndGzip() throws IOException {
        OptOutLists lists = open(
                write("list.csv", "rank,Domain,note\n1,a.example,\"x, y\"\n2,b.example,z\n"),
                gzip("more.csv.gz", "sha256,url\n" + ID + ",\n,https://c.example/1\n"),
                gzip("rest.txt.gz", "d.example\n"));

        assertThat(List.of("https://a.example/", "https://b.example/", "https://c.example/1", "https://d.example/"))
                .allSatisfy(url -> assertThat(lists.refusal(url)).isPresent());
        assertThat(lists.refusal(ID, "", Map.of())).isPresent();
        assertThat(lists.refusal("https://z/")).isEmpty();
    }

    @Test
    void readsCommentsAfterEntriesAndLinesThatEndInCarriageReturns() throws IOException {
        OptOutLists lists = open(
                write("list.txt", "a.example # asked in May\nhttps://b.example/1#x\t# 2\n#c.example\n"),
                write("mac.txt", "\ufeffd.example\re.example\r"));

        assertThat(List.of("https://a.example/", "https://b.example/1", "https://d.example/", "https://e.example/"))
                .allSatisfy(url -> assertThat(lists.refusal(url)).isPresent());
        assertThat(lists.refusal("https://c.example/")).isEmpty();
    }

    @Test
    void refusesWhatIsNoList() throws IOException {
        Path words = write("list.csv", "name,note\na.example,x\n");
        assertThatThrownBy(() -> open(words))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("none of its columns name, note is named id, sha256, url or domain");
        assertThatThrownBy(() -> open(folder.resolve("absent.txt"))).hasMessageContaining("absent.txt");
        Path parquet = write("list.parquet", "");
        assertThatThrownBy(() -> open(parquet)).hasMessageContaining("does not end in .txt, .csv");
        Path three = write("three.txt", "a.example\nb.example\nc.example\n");
        assertThatThrownBy(() -> OptOutLists.open(new OptOutSettings(List.of(three), EVERY, 2)))
                .hasMessage("the opt-out lists have more entries than opt-outs.max-entries 2");
    }

    @Test
    void skipsWhatIsNoEntry() throws IOException {
        OptOutLists lists = open(write("list.txt", "com\n" + "x".repeat(100_000) + "\nnot a domain\na.example"));

        assertThat(lists.refusal("https://a.example/")).isPresent();
        assertThat(lists.refusal("https://b.com/")).isEmpty();
    }

    @Test
    void readsAFileAgainOnceItHasSettled() throws IOException {
        Path file = write("list.txt", "a.example\n");
        OptOutLists lists = open(file);

        rewrite(file, "b.example\n", 1);
        lists.reload();
        assertThat(lists.refusal("https://b.example/"))
                .as("it may still be being written")
                .isEmpty();
        lists.reload();

        assertThat(lists.refusal("https://b.example/")).isPresent();
        assertThat(lists.refusal("https://a.example/")).isEmpty();
    }

    @Test
    void looksAtTheFilesByItself() throws IOException {
        Path file = write("list.txt", "a.example\n");
        OptOutLists lists = open(file);
        rewrite(file, "b.example\n", 1);

        Awaitility.await().until(() -> {
            now.addAndGet(EVERY.toNanos());
            return lists.refusal("https://b.example/").isPresent();
        });
    }

    @Test
    void keepsItsEntriesWhileAFileCannotBeRead() throws IOException {
        Path file = write("list.txt", "a.example\n");
        OptOutLists lists = open(file);

        Files.delete(file);
        lists.reload();
        lists.reload();
        assertThat(lists.refusal("https://a.example/")).isPresent();

        rewrite(file, "b.example\n", 2);
        lists.reload();
        lists.reload();
        assertThat(lists.refusal("https://a.example/")).isEmpty();
    }

    private OptOutLists open(Path... files) {
        return OptOutLists.open(new OptOutSettings(List.of(files), EVERY, 100), now::get);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Two writes may have one time of the file system. */
    private static void rewrite(Path file, String text, int seconds) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1000L * seconds));
    }

    private Path gzip(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
