package dev.latentstream.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileFilesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 65_792, 1 << 24, (2 << 24) + 7})
    void zerosAreASoundStreamOfThatLength(int count) throws IOException {
        byte[] stream = HostileFiles.zeros(count);

        assertThat(stream.length).isLessThan(100 + count / 900);
        try (InputStream inflated = new InflaterInputStream(new ByteArrayInputStream(stream))) { // checks the sum
            byte[] zeros = inflated.readAllBytes();
            assertThat(zeros).hasSize(count);
            assertThat(zeros).containsOnly(0);
        }
    }
}
