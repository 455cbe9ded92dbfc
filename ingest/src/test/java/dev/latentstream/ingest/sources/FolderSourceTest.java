package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.ingest.sources.SourceItem.Done;
import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.TooLarge;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.schemas.AltTextFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FolderSourceTest {
    @TempDir
    private Path folder;

    @Test
    void deliversImagesOfAllFoldersByPathWithTheTextBesideThem() throws IOException {
        write("b/two.PNG", "22");
        write("a/one.jpg", "1");
        write("a/one.txt", " a cat \n");

        List<SourceItem> items = Sources.all(new FolderSource("photos", folder, ImageExtensions.USUAL, 100));

        assertThat(items)
                .extracting(SourceItem::uri)
                .map(u -> u.substring(u.lastIndexOf('/')))
                .containsExactly("/one.jpg", "/two.PNG");
        assertThat(((Found) items.get(0)).altText()).contains("a cat");
        assertThat(((Found) items.get(0)).image()).asString().isEqualTo("1");
        assertThat(((Found) items.get(1)).altText()).isEmpty();
    }

    @Test
    void whatIsNoImageIsDeliveredAsSuch() throws IOException {
        write("table.csv", "1,2");

        assertThat(Sources.all(new FolderSource("photos", folder, ImageExtensions.USUAL, 100)))
                .singleElement()
                .isInstanceOf(Other.class);
    }

    @Test
    void anImageBeyondTheBoundIsDeliveredByItsHash() throws IOException {
        write("large.png", "0123456789");

        // printf 0123456789 | sha256sum
        assertThat(Sources.all(new FolderSource("photos", folder, ImageExtensions.USUAL, 4)))
                .singleElement()
                .isEqualTo(new TooLarge(
                        folder.resolve("large.png").toUri().toString(),
                        "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882",
                        10,
                        4));
    }

    @Test
    void theTextOfAnImageThatIsNotDeliveredIsDropped() throws IOException {
        write("large.png", "0123456789");
        write("large.txt", "a cat");

        assertThat(dropped(Sources.all(new FolderSource("photos", folder, ImageExtensions.USUAL, 4))))
                .singleElement()
                .satisfies(text -> assertThat(text.fault()).isEqualTo(AltTextFault.NO_IMAGE));
    }

    @Test
    void anImageOfExactlyTheBoundIsDelivered() throws IOException {
        write("fits.png", "0123");

        assertThat(Sources.all(new FolderSource("photos", folder, ImageExtensions.USUAL, 4)))
                .singleElement()
                .isInstanceOf(Found.class);
    }

    @Test
    void aLinkToAFolderIsNotWalked() throws IOException {
        write("a/one.jpg", "1");
        Files.createSymbolicLink(folder.resolve("a/loop"), folder);

        List<SourceItem> items = Sources.all(new FolderSource("photos", folder, ImageExtensions.USUAL, 100));

        assertThat(items).filteredOn(Found.class::isInstance).hasSize(1);
        assertThat(items)
                .filteredOn(Unreadable.class::isInstance)
                .singleElement()
                .extracting(item -> ((Unreadable) item).reason())
                .isEqualTo("a link to a folder is not followed");
    }

    @Test
    void aTextWithoutAnImageIsDroppedWithItsReason() throws IOException {
        write("one.jpg", "1");
        write("one.txt", "a cat");
        write("two.txt", "a dog");

        assertThat(dropped(read())).singleElement().satisfies(text -> {
            assertThat(text.uri()).endsWith("/two.txt");
            assertThat(text.fault()).isEqualTo(AltTextFault.NO_IMAGE);
        });
    }

    @Test
    void aLinkToAFolderHasNoAltText() throws IOException {
        write("a/one.jpg", "1");
        write("b.txt", "a cat");
        Files.createSymbolicLink(folder.resolve("b.jpg"), folder.resolve("a"));

        assertThat(dropped(read())).singleElement().satisfies(text -> assertThat(text.uri())
                .endsWith("/b.txt"));
    }

    @Test
    void aMissingFolderIsAnErrorThatNamesIt() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> new FolderSource("photos", missing, ImageExtensions.USUAL, 100).close())
                .hasMessage(missing + ": not a folder");
    }

    @Test
    void textsOfEveryUsualNameAreRead() throws IOException {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            write(name + ".jpg", name);
        }
        write("a.caption", "text a");
        write("b.TXT", "text b");
        write("c.jpg.txt", "text c");
        write("d.json", "{\"caption\": \"text d\", \"licence\": \"CC0\"}");
        write("e.jpg.json", "{\"text\": \"text e\"}");

        List<SourceItem> items = read();

        assertThat(items).hasOnlyElementsOfType(Found.class).hasSize(5);
        assertThat(items)
                .extracting(item -> ((Found) item).altText().orElse(""))
                .containsExactly("text a", "text b", "text c", "text d", "text e");
        assertThat(((Found) items.get(3)).attributes()).isEqualTo(Map.of("licence", "CC0"));
    }

    @Test
    void everyTextOfAnImageIsKept() throws IOException {
        write("a.jpg", "1");
        write("a.caption", "second");
        write("a.jpg.txt", "and more");
        write("a.txt", "first");
        write("a.json", "{\"captions\": [\"first\", \"last\"]}");

        assertThat(found(read()).texts()).containsExactly("first", "and more", "second", "last");
    }

    @Test
    void whatProgramsLeaveBesideImagesIsSkippedByKind() throws IOException {
        write("a.jpg", "1");
        write("._a.jpg", "attributes");
        write("@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "thumbnail");
        write("sub/.thumbnails/a.png", "thumbnail");
        write("__MACOSX/._a.jpg", "attributes");
        write(".cache/b.jpg", "hidden");
        write(".DS_Store", "");

        List<SourceItem> items = read();

        assertThat(items).filteredOn(Found.class::isInstance).hasSize(1);
        assertThat(items)
                .filteredOn(Skipped.class::isInstance)
                .extracting(item -> ((Skipped) item).kind())
                .containsExactlyInAnyOrder("._*", "@eaDir", ".thumbnails", "__MACOSX", "hidden", "hidden");
        assertThat(items).hasSize(7);
    }

    @Test
    void aHiddenFolderThatIsNamedIsRead() throws IOException {
        write(".images/a.jpg", "1");

        FolderSource source = new FolderSource("photos", folder.resolve(".images"), ImageExtensions.USUAL, 100);

        assertThat(Sources.all(source)).singleElement().isInstanceOf(Found.class);
    }

    @Test
    @Timeout(20)
    void pipesAndDevicesAreNotOpened() throws Exception {
        pipe("a.jpg");
        Files.createSymbolicLink(folder.resolve("b.jpg"), Path.of("/dev/zero"));
        write("c.jpg", "3");
        pipe("c.txt");

        List<SourceItem> items = read();

        assertThat(items)
                .filteredOn(Unreadable.class::isInstance)
                .extracting(item -> ((Unreadable) item).reason())
                .containsExactly("not a regular file", "not a regular file");
        assertThat(found(items).texts()).isEmpty();
        assertThat(dropped(items)).singleElement().satisfies(text -> assertThat(text.fault())
                .isEqualTo(AltTextFault.UNREADABLE));
    }

    @Test
    void anImageKnowsWhetherAFileOfItsNameWasNotRead() throws IOException {
        write("a.jpg", "1");
        write("a.xml", "<caption>");
        write("b.jpg", "2");

        assertThat(read())
                .filteredOn(Found.class::isInstance)
                .extracting(item -> ((Found) item).othersBeside())
                .containsExactly(1, 0);
    }

    @Test
    void onlyTheGivenExtensionsAreImages() throws IOException {
        write("a.jpg", "1");
        write("a.depth.png", "2");

        assertThat(Sources.all(new FolderSource("photos", folder, ImageExtensions.of(List.of("jpg")), 100)))
                .filteredOn(Found.class::isInstance)
                .singleElement()
                .extracting(SourceItem::uri)
                .asString()
                .endsWith("/a.jpg");
    }

    @Test
    @EnabledOnOs(OS.LINUX) // file names are bytes
    void namesThatAreNotUtf8StayDistinctAndKeepTheirTexts() throws Exception {
        shell("printf 1 > \"$(printf 'caf\\351.jpg')\"; printf 'text 1' > \"$(printf 'caf\\351.txt')\"");
        shell("printf 2 > \"$(printf 'caf\\350.jpg')\"; printf 'text 2' > \"$(printf 'caf\\350.txt')\"");

        List<SourceItem> items = read();

        assertThat(items)
                .extracting(item -> item.uri().substring(item.uri().lastIndexOf('/')))
                .containsExactlyInAnyOrder("/caf%E8.jpg", "/caf%E9.jpg");
        assertThat(items)
                .extracting(item -> ((Found) item).altText().orElse(""))
                .containsExactlyInAnyOrder("text 1", "text 2");
    }

    @Test
    void namesInUtf8KeepTheirTextsWhateverTheLocale() throws Exception {
        shell("printf 1 > \"$(printf '\\303\\251.jpg')\"; printf 'a cat' > \"$(printf '\\303\\251.txt')\"");
        shell("printf 2 > \"$(printf '\\303\\250.jpg')\"; printf 'a dog' > \"$(printf '\\303\\250.caption')\"");

        assertThat(read())
                .extracting(item -> ((Found) item).altText().orElse(""))
                .containsExactlyInAnyOrder("a cat", "a dog");
    }

    @Test
    void anItemThatIsUnchangedIsNotReadAgain() throws IOException {
        write("a.jpg", "1");
        write("a.txt", "a cat");
        Map<String, String> stamps = new HashMap<>();
        Known recording = (uri, stamp) -> stamp.equals(stamps.put(uri, stamp));
        assertThat(next(recording)).isInstanceOf(Found.class);
        assertThat(next(recording)).isInstanceOf(Done.class);

        write("a.txt", "a larger cat");

        assertThat(next(recording)).isInstanceOf(Found.class);
    }

    private SourceItem next(Known known) throws IOException {
        return new FolderSource("photos", folder, ImageExtensions.USUAL, 100)
                .next(known)
                .orElseThrow();
    }

    private List<SourceItem> read() throws IOException {
        return Sources.all(new FolderSource("photos", folder, ImageExtensions.USUAL, 100));
    }

    private static Found found(List<SourceItem> items) {
        return (Found)
                items.stream().filter(Found.class::isInstance).findFirst().orElseThrow();
    }

    private static List<DroppedText> dropped(List<SourceItem> items) {
        return items.stream()
                .filter(DroppedText.class::isInstance)
                .map(DroppedText.class::cast)
                .toList();
    }

    private void pipe(String name) throws Exception {
        shell("mkfifo " + name);
    }

    private void shell(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command)
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
