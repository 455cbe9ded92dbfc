package dev.latentstream.ingest.sources;

import static dev.latentstream.ingest.sources.TestTars.bytes;
import static dev.latentstream.ingest.sources.TestTars.dropped;
import static dev.latentstream.ingest.sources.TestTars.found;
import static dev.latentstream.ingest.sources.TestTars.put;
import static dev.latentstream.ingest.sources.TestTars.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.sources.SourceItem.DroppedText;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Other;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.Unreadable;
import dev.latentstream.schemas.AltTextFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members of shards in the wild beside one image, one text and one JSON file a sample. */
class TarConventionsTest {
    @TempDir
    private Path folder;

    private final TestTars tars = new TestTars(() -> folder);

    @ParameterizedTest
    @ValueSource(strings = {"depth.png", "seg.png", "mask.jpg"})
    void theImageOfThePlainKeyIsTheImage(String map) throws IOException {
        List<SourceItem> items = read(tars.tar("1." + map, "map", "1.jpg", "photo", "1.txt", "a cat"));

        assertThat(found(items)).singleElement().satisfies(image -> {
            assertThat(image.image()).asString().isEqualTo("photo");
            assertThat(image.texts()).containsExactly("a cat");
        });
        assertThat(items).filteredOn(Other.class::isInstance).singleElement().satisfies(item -> assertThat(item.uri())
                .endsWith("!1." + map));
    }

    @Test
    void theTextOfAMapIsNotThatOfTheImage() throws IOException {
        List<SourceItem> items = read(tars.tar(
                "1.depth.png", "m", "1.depth.txt", "grey", "1.jpg", "p", "1.jpg.txt", "a cat", "1.en.txt", "pet"));

        assertThat(found(items)).singleElement().satisfies(image -> assertThat(image.texts())
                .containsExactly("a cat", "pet"));
        assertThat(dropped(items)).singleElement().satisfies(text -> {
            assertThat(text.uri()).endsWith("!1.depth.txt");
            assertThat(text.fault()).isEqualTo(AltTextFault.NO_IMAGE);
        });
    }

    @Test
    void everyTextOfASampleIsKept() throws IOException {
        List<SourceItem> items = read(tars.tar(
                "1.json",
                "{\"caption\": \"from JSON\"}",
                "1.jpg",
                "one",
                "1.caption",
                "second",
                "1.txt",
                "first",
                "1.CAPTION",
                "third"));

        assertThat(found(items).get(0).texts()).containsExactly("first", "second", "third", "from JSON");
    }

    @Test
    void aTextWithoutAnImageIsDroppedWithItsReason() throws IOException {
        List<SourceItem> items = read(tars.tar("1.txt", "a cat", "2.jpg", "two", "1.jpg", "one"));

        assertThat(found(items)).hasSize(2).allSatisfy(image -> assertThat(image.texts())
                .isEmpty());
        assertThat(dropped(items)).singleElement().satisfies(text -> {
            assertThat(text.fault()).isEqualTo(AltTextFault.NO_IMAGE);
            assertThat(text.reason()).contains("tar --sort=name");
        });
    }

    @Test
    void ofTwoMembersOfOneNameTheTextsAreKeptAndTheSecondImageIsReported() throws IOException {
        List<SourceItem> items = read(tars.tar("1.jpg", "one", "1.txt", "a cat", "1.jpg", "two", "1.txt", "a pet"));

        assertThat(found(items)).singleElement().satisfies(image -> {
            assertThat(image.image()).asString().isEqualTo("one");
            assertThat(image.texts()).containsExactly("a cat", "a pet");
        });
        assertThat(items).hasSize(2).hasAtLeastOneElementOfType(Unreadable.class);
    }

    @Test
    void numbersThatAreNoneAreLeftOut() throws IOException {
        String json = "{\"caption\": \"a cat\", \"aesthetic\": NaN, \"a\": Infinity, \"b\": -Infinity, \"c\": 1e999,"
                + " \"licence\": \"CC0\", \"score\": 0.5, \"nothing\": null}";

        List<SourceItem> items = read(tars.tar("1.jpg", "one", "1.json", json));

        assertThat(items).singleElement().satisfies(item -> {
            assertThat(((Found) item).texts()).containsExactly("a cat");
            assertThat(((Found) item).attributes()).isEqualTo(Map.of("licence", "CC0", "score", "0.5"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"caption\": \"a c", "[1, 2]", "", "{\"caption\": \"a\"} {"})
    void brokenJsonIsDroppedAndTheImageIsNot(String json) throws IOException {
        List<SourceItem> items = read(tars.tar("1.jpg", "one", "1.json", json, "1.txt", "a cat"));

        assertThat(found(items)).singleElement().satisfies(image -> assertThat(image.texts())
                .contains("a cat"));
    }

    @Test
    void aListOfCaptionsIsReadInOrder() throws IOException {
        List<SourceItem> items =
                read(tars.tar("1.jpg", "one", "1.json", "{\"caption\": [\"a cat\", \"a pet\", 7, \"a cat\"]}"));

        assertThat(found(items).get(0).texts()).containsExactly("a cat", "a pet");
    }

    @Test
    void aTextAboveItsBoundIsDroppedWithItsSize() throws IOException {
        String text = "a ".repeat(650_000);
        String json = "{\"caption\": \"" + "b".repeat(1_500_000) + "\"}";

        List<SourceItem> items = read(
                tars.tar("1.jpg", "one", "1.txt", text, "1.json", json, "2.jpg", "two", "2.txt", "x".repeat(32_769)));

        assertThat(found(items)).hasSize(2);
        assertThat(dropped(items)).extracting(DroppedText::fault).containsOnly(AltTextFault.TOO_LONG);
        assertThat(dropped(items))
                .extracting(DroppedText::reason)
                .containsExactly(
                        "1300000 bytes are more than 1048576",
                        "1500015 bytes are more than 1048576",
                        "32769 characters are more than 32768");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \r\n", "\ufeff", "\ufeff  "})
    void aBlankTextIsNone(String blank) throws IOException {
        List<SourceItem> items =
                read(tars.tar("1.jpg", "one", "1.txt", blank, "1.json", "{\"caption\": \"" + blank.strip() + "\"}"));

        assertThat(items).singleElement().satisfies(item -> {
            assertThat(((Found) item).texts()).isEmpty();
            assertThat(((Found) item).othersBeside()).isZero();
        });
    }

    @Test
    void aNameWithALineBreakIsOneLine() throws IOException {
        assertThat(read(tars.tar("a\nb\r.jpg", "one"))).singleElement().satisfies(item -> assertThat(item.uri())
                .endsWith("!a%0Ab%0D.jpg"));
    }

    @Test
    void filesOfMacosBetweenTheMembersOfASampleDoNotSeparateThem() throws IOException {
        List<SourceItem> items = read(tars.tar(
                "./._000.jpg",
                "x",
                "./000.jpg",
                "one",
                "./._000.txt",
                "x",
                "./000.txt",
                "a cat",
                "__MACOSX/._1.jpg",
                "x"));

        assertThat(found(items)).singleElement().satisfies(image -> assertThat(image.texts())
                .containsExactly("a cat"));
        assertThat(items)
                .filteredOn(Skipped.class::isInstance)
                .extracting(item -> ((Skipped) item).kind())
                .containsExactly("._*", "._*", "__MACOSX");
        assertThat(items).hasSize(4);
    }

    @Test
    void theExtensionOfTheImageCanBeGiven() throws IOException {
        Path shard = tars.tar("1.jpg", "photo", "1.depth.png", "map", "1.txt", "a cat");

        List<SourceItem> items =
                Sources.all(new TarSource("shards", List.of(shard), ImageExtensions.of(List.of("depth.png")), 10_000));

        assertThat(found(items))
                .singleElement()
                .satisfies(image -> assertThat(image.image()).asString().isEqualTo("map"));
    }

    @Test
    void namesThatAreNotUtf8StayDistinct() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "ISO-8859-1")) {
            for (String key : List.of("caf\u00e9", "caf\u00e8")) {
                put(out, key + ".jpg", bytes(key));
                put(out, key + ".txt", bytes("text of " + key));
            }
        }

        List<SourceItem> items = read(Files.write(folder.resolve("latin.tar"), bytes.toByteArray()));

        assertThat(items)
                .extracting(item -> item.uri().substring(item.uri().indexOf('!')))
                .containsExactly("!caf%E9.jpg", "!caf%E8.jpg");
        assertThat(found(items)).extracting(image -> image.texts().size()).containsExactly(1, 1);
    }

    @Test
    void namesInUtf8AreReadWhateverTheFormatAndTheLocale() throws Exception {
        String name = "été-猫";
        Path gnu = folder.resolve("gnu.tar");
        Path pax = folder.resolve("pax.tar");
        tars.shell("n=$(printf '\\303\\251t\\303\\251-\\347\\214\\253'); printf one > $n.jpg; printf 'a cat' > $n.txt;"
                + " tar --format=gnu -cf gnu.tar $n.jpg $n.txt; tar --format=posix -cf pax.tar $n.jpg $n.txt");

        assertThat(List.of(gnu, pax)).allSatisfy(shard -> {
            List<SourceItem> items = read(shard);
            assertThat(items).singleElement().isInstanceOf(Found.class);
            assertThat(items.get(0).uri()).endsWith("!" + name + ".jpg");
            assertThat(found(items).get(0).texts()).containsExactly("a cat");
        });
    }

    @Test
    void textsOfWindowsAreDecoded() throws IOException {
        List<SourceItem> items = read(tars.tarOfBytes(
                "1.jpg", bytes("one"),
                "1.txt", "\ufeffa café\r\n".getBytes(StandardCharsets.UTF_16LE),
                "2.jpg", bytes("two"),
                "2.txt", "a café".getBytes(Charset.forName("windows-1252")),
                "3.jpg", bytes("three"),
                "3.json", bytes("\ufeff{\"caption\": \"a café\"}")));

        assertThat(found(items)).hasSize(3).allSatisfy(image -> assertThat(image.texts())
                .containsExactly("a café"));
    }

    /** COCO has captions as objects; others have one for each language. */
    @Test
    void captionsThatAreObjectsAreReadOrCounted() throws IOException {
        List<SourceItem> items = read(tars.tar(
                "1.jpg",
                "one",
                "1.json",
                "{\"captions\": [{\"id\": 1, \"caption\": \"a cat\"}, {\"caption\": \"a pet\"}]}",
                "2.jpg",
                "two",
                "2.json",
                "{\"caption\": {\"de\": \"eine Katze\"}}"));

        assertThat(found(items)).extracting(Found::texts).containsExactly(List.of("a cat", "a pet"), List.of());
        assertThat(dropped(items)).singleElement().satisfies(text -> {
            assertThat(text.uri()).endsWith("!2.json");
            assertThat(text.reason()).startsWith("a caption that is an object");
        });
    }

    @Test
    void aSecondObjectInAJsonFileIsCounted() throws IOException {
        List<SourceItem> items =
                read(tars.tar("1.jpg", "one", "1.json", "{\"caption\": \"a cat\"}\n{\"caption\": \"a dog\"}\n"));

        assertThat(found(items).get(0).texts()).containsExactly("a cat");
        assertThat(dropped(items)).singleElement().satisfies(text -> assertThat(text.fault())
                .isEqualTo(AltTextFault.UNREADABLE));
    }

    @Test
    void aJsonFileThatRepeatsAFieldIsCounted() throws IOException {
        List<SourceItem> items =
                read(tars.tar("1.jpg", "one", "1.json", "{\"caption\": \"a cat\", \"caption\": \"a dog\"}"));

        assertThat(found(items).get(0).texts()).isEmpty();
        assertThat(dropped(items)).singleElement().satisfies(text -> assertThat(text.reason())
                .isEqualTo("not JSON: Duplicate field 'caption'"));
    }

    @Test
    void aTextInNoKnownEncodingIsCounted() throws IOException {
        List<SourceItem> items = read(tars.tarOfBytes(
                "1.jpg",
                bytes("one"),
                "1.txt",
                "一只红色的猫".getBytes(Charset.forName("GBK")),
                "1.cls",
                bytes("\ufeff5\r\n")));

        assertThat(found(items)).singleElement().satisfies(image -> {
            assertThat(image.texts()).isEmpty();
            assertThat(image.attributes()).isEqualTo(Map.of("cls", "5"));
        });
        assertThat(dropped(items)).singleElement().satisfies(text -> assertThat(text.reason())
                .isEqualTo("none of UTF-8, UTF-16, UTF-32 and Windows-1252"));
    }
}
