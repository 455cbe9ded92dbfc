package dev.latentstream.ingest.sources.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextBytesTest {
    private static final String TEXT = "a café by the sea";

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "windows-1252", "ISO-8859-1", "UTF-16", "UTF-16LE", "UTF-16BE"})
    void decodesTheEncodingsOfTextFiles(String encoding) {
        assertThat(TextBytes.decode(TEXT.getBytes(Charset.forName(encoding))).orElseThrow())
                .isIn(TEXT, "\ufeff" + TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void decodesAnyTextWithAByteOrderMark(String encoding) {
        assertThat(TextBytes.decode("\ufeff猫 😀".getBytes(Charset.forName(encoding)))
                        .orElseThrow())
                .isIn("猫 😀", "\ufeff猫 😀");
    }

    @Test
    void decodesUtf8BeyondLatin() {
        assertThat(TextBytes.decode("猫 😀 \ufffd".getBytes(StandardCharsets.UTF_8)))
                .contains("猫 😀 \ufffd");
    }

    @Test
    void decodesNothing() {
        assertThat(TextBytes.decode(new byte[0])).contains("");
    }

    /** As a program leaves it that limits bytes instead of characters. */
    @Test
    void leavesOutACharacterThatIsCutInUtf8() {
        byte[] whole = "красная кошка".getBytes(StandardCharsets.UTF_8);

        assertThat(TextBytes.decode(Arrays.copyOf(whole, whole.length - 1))).contains("красная кошк");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "it’s a café – €5…",
                "ein süßes Kätzchen über Öl",
                "crème brûlée, déjà vu, naïveté, œuvre",
                "El niño corrió; ¿qué pasó? ¡Olé!",
                "rødgrød med fløde på Åen",
                "pääöljy hääyöaie",
                "þetta er köttur, æðislegt",
                "“été” «là»"
            })
    void takesWesternTextsForWindows(String text) {
        assertThat(TextBytes.decode(text.getBytes(Charset.forName("windows-1252"))))
                .contains(text);
    }

    @ParameterizedTest
    @CsvSource({
        "GBK, 一只红色的猫坐在桌子上",
        "Big5, 一隻紅色的貓",
        "Shift_JIS, 赤い猫がテーブルの上に座っている",
        "EUC-JP, 赤い猫が座っている",
        "EUC-KR, 빨간 고양이",
        "windows-1251, красная кошка на столе",
        "KOI8-R, красная кошка на столе",
        "ISO-8859-7, μια κόκκινη γάτα",
        "windows-1255, חתול אדום",
        "windows-1256, قطة حمراء",
        "x-windows-874, แมวสีแดง",
    })
    void takesOtherEncodingsForNone(String encoding, String text) {
        assertThat(TextBytes.decode(text.getBytes(Charset.forName(encoding)))).isEmpty();
    }

    @Test
    void takesAnImageForNoText() {
        byte[] jpeg =
                "\u00ff\u00d8\u00ff\u00e0\u0000\u0010JFIF\u0000\u0001\u0001".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(TextBytes.decode(jpeg)).isEmpty();
    }
}
