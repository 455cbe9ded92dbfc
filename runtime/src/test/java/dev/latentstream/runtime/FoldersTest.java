package dev.latentstream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
    @TempDir
    private Path folder;

    @Test
    void deletesAFolderWithItsContent() throws Exception {
        Path deep = Files.createDirectories(folder.resolve("a/b/c"));
        Files.writeString(deep.resolve("file"), "x");

        Folders.delete(folder.resolve("a"));

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void deletesALinkAndNotItsTarget() throws Exception {
        Path file = Files.writeString(
                Files.createDirectory(folder.resolve("target")).resolve("file"), "x");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file.getParent());

        Folders.delete(link);

        assertThat(link).doesNotExist();
        assertThat(file).exists();
    }

    @Test
    void aMissingFolderIsNoError() throws Exception {
        Folders.delete(folder.resolve("missing"));

        assertThat(folder).isEmptyDirectory();
    }
}
