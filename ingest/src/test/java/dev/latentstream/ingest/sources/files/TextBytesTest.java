package dev.latentstream.ingest.sources.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextBytesTest {
    private static final String TEXT = "a café by the sea";

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "windows-1252", "ISO-8859-1", "UTF-16", "UTF-16LE", "UTF-16BE"})
    void decodesTheEncodingsOfTextFiles(String encoding) {
        assertThat(TextBytes.decode(TEXT.getBytes(Charset.forName(encoding)))).isIn(TEXT, "\ufeff" + TEXT);
    }

    @Test
    void decodesLittleEndianTextWithAByteOrderMark() {
        assertThat(TextBytes.decode("\ufeff猫".getBytes(StandardCharsets.UTF_16LE)))
                .isEqualTo("\ufeff猫");
    }

    @Test
    void decodesUtf8BeyondLatin() {
        assertThat(TextBytes.decode("猫 😀".getBytes(StandardCharsets.UTF_8))).isEqualTo("猫 😀");
    }

    @Test
    void decodesNothing() {
        assertThat(TextBytes.decode(new byte[0])).isEmpty();
    }
}
