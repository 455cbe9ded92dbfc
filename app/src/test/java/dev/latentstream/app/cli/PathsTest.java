package dev.latentstream.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathsTest {
    @Test
    void aByteOrderMarkIsNoPartOfALine(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("list.txt"), "\ufeffone\r\ntwo\n");

        assertThat(Paths.lines(file)).containsExactly("one", "two");
    }
}
