package dev.latentstream.ingest.sources.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EscapedBytesTest {
    @Test
    void utf8IsText() {
        assertThat(escaped("été-猫-😀.jpg".getBytes(StandardCharsets.UTF_8))).isEqualTo("été-猫-😀.jpg");
    }

    @Test
    void whatIsNotUtf8StaysDistinct() {
        assertThat(escaped(new byte[] {'a', (byte) 0xe9, '.', 'j'})).isEqualTo("a%E9.j");
        assertThat(escaped(new byte[] {'a', (byte) 0xe8, '.', 'j'})).isEqualTo("a%E8.j");
        assertThat(escaped("a%E9.j".getBytes(StandardCharsets.UTF_8))).isEqualTo("a%25E9.j");
        assertThat(escaped(new byte[] {'a', (byte) 0xc3})).isEqualTo("a%C3");
    }

    @Test
    void lineBreaksAreEscaped() {
        assertThat(escaped("a\nb\r\t\u007f\u0085.jpg".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a%0Ab%0D%09%7F%C2%85.jpg");
    }

    private static String escaped(byte[] name) {
        return EscapedBytes.of(name);
    }
}
