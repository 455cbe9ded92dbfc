package dev.latentstream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    private Path folder;

    @Test
    void replacesTheContentAndLeavesNoTemporaryFile() throws Exception {
        Path file = Files.writeString(folder.resolve("address.json"), "a longer old content");
        Files.writeString(folder.resolve("address.json.part"), "left by a crash, longer than the new content");

        assertThat(AtomicFile.write(file, new byte[] {'n', 'e', 'w'})).isEqualTo(file);

        assertThat(file).hasContent("new");
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }
}
