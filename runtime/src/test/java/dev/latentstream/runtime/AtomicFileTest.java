package dev.latentstream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
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

    @Test
    void aFullDiskIsReportedWithTheFile() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "no device that is always full");
        Files.createSymbolicLink(folder.resolve("address.part"), full);

        assertThatThrownBy(() -> AtomicFile.write(folder.resolve("address"), new byte[] {1}))
                .isInstanceOf(FileSystemException.class)
                .hasMessage("%s: No space left on device", folder.resolve("address.part"));
    }
}
