package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.TooLarge;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSourceTest {
    @TempDir
    private Path folder;

    @Test
    void deliversImagesOfAllFoldersByPathWithTheTextBesideThem() throws IOException {
        write("b/two.PNG", "22");
        write("a/one.jpg", "1");
        write("a/one.txt", " a cat \n");

        List<SourceItem> items = Sources.all(new FolderSource("photos", folder, 100));

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

        assertThat(Sources.all(new FolderSource("photos", folder, 100)))
                .singleElement()
                .isInstanceOf(Other.class);
    }

    @Test
    void anImageBeyondTheBoundIsDeliveredByItsHash() throws IOException {
        write("large.png", "0123456789");

        // printf 0123456789 | sha256sum
        assertThat(Sources.all(new FolderSource("photos", folder, 4)))
                .singleElement()
                .isEqualTo(new TooLarge(
                        folder.resolve("large.png").toUri().toString(),
                        "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882",
                        10,
                        4));
    }

    @Test
    void anImageOfExactlyTheBoundIsDelivered() throws IOException {
        write("fits.png", "0123");

        assertThat(Sources.all(new FolderSource("photos", folder, 4)))
                .singleElement()
                .isInstanceOf(Found.class);
    }

    @Test
    void aLinkToAFolderIsNotWalked() throws IOException {
        write("a/one.jpg", "1");
        Files.createSymbolicLink(folder.resolve("a/loop"), folder);

        List<SourceItem> items = Sources.all(new FolderSource("photos", folder, 100));

        assertThat(items).filteredOn(Found.class::isInstance).hasSize(1);
        assertThat(items)
                .filteredOn(Unreadable.class::isInstance)
                .singleElement()
                .extracting(item -> ((Unreadable) item).reason())
                .isEqualTo("a link to a folder is not followed");
    }

    @Test
    void aTextWithoutAnImageIsOneOfTheOtherFiles() throws IOException {
        write("one.jpg", "1");
        write("one.txt", "a cat");
        write("two.txt", "a dog");

        assertThat(Sources.all(new FolderSource("photos", folder, 100)))
                .filteredOn(Other.class::isInstance)
                .singleElement()
                .extracting(SourceItem::uri)
                .asString()
                .endsWith("/two.txt");
    }

    @Test
    void aLinkToAFolderHasNoAltText() throws IOException {
        write("a/one.jpg", "1");
        write("b.txt", "a cat");
        Files.createSymbolicLink(folder.resolve("b.jpg"), folder.resolve("a"));

        assertThat(Sources.all(new FolderSource("photos", folder, 100)))
                .filteredOn(Other.class::isInstance)
                .singleElement()
                .extracting(SourceItem::uri)
                .asString()
                .endsWith("/b.txt");
    }

    @Test
    void aMissingFolderIsAnErrorThatNamesIt() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> new FolderSource("photos", missing, 100).close())
                .hasMessage(missing + ": not a folder");
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
