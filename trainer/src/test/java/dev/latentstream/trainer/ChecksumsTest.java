package dev.latentstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumsTest {
    @TempDir
    private Path folder;

    private Path sums;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{}");
        Files.writeString(Files.createDirectory(folder.resolve("network")).resolve("weights"), "weights");
        Checksums.write(folder);
        try (Stream<Path> files = Files.list(folder)) {
            sums = files.filter(file -> Files.isRegularFile(file) && !file.endsWith("config.json"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aFolderAsItWasWrittenHasNoDamage() throws IOException {
        assertThat(Checksums.damage(folder)).isEmpty();
    }

    @Test
    void aFileThatIsMissingOrChangedIsNamed() throws IOException {
        Files.writeString(folder.resolve("network/weights"), "weight5");
        assertThat(Checksums.damage(folder).orElseThrow()).startsWith("network/weights has the SHA-256 ");

        Files.delete(folder.resolve("network/weights"));
        assertThat(Checksums.damage(folder)).contains("network/weights is missing");
    }

    /** A disk damages the file of checksums like any other: a trainer looks for an earlier checkpoint then. */
    @ParameterizedTest
    @ValueSource(ints = {0, '\n', '/', 0x80, 0xff})
    void anyDamagedByteOfTheChecksumsIsDamage(int value) throws IOException {
        byte[] written = Files.readAllBytes(sums);
        for (int i = 0; i < written.length - 1; i++) {
            byte[] damaged = written.clone();
            damaged[i] = (byte) value;
            if (damaged[i] != written[i]) {
                Files.write(sums, damaged);

                assertThat(Checksums.damage(folder)).as("byte %d", i).isPresent();
            }
        }
    }

    /** Such as after a loss of power: what is left of it would cover nothing, or less than all. */
    @Test
    void aFileWithoutAChecksumIsDamage() throws IOException {
        String written = Files.readString(sums);

        Files.writeString(sums, "");
        assertThat(Checksums.damage(folder)).contains("SHA256SUMS has no line for config.json");

        Files.writeString(sums, written.substring(0, written.indexOf('\n') + 1));
        assertThat(Checksums.damage(folder)).contains("SHA256SUMS has no line for network/weights");
    }
}
