package dev.latentstream.ingest.lists;

import static dev.latentstream.ingest.lists.Lists.detail;
import static dev.latentstream.ingest.lists.Lists.link;
import static dev.latentstream.ingest.lists.Lists.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.AltTextFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON Lines and separated values. */
class TextListsTest {
    private static final ListFormat JSONL = new ListFormat.JsonLines();
    private static final ListFormat CSV = new ListFormat.Csv(',', List.of());
    private static final String LONG = "x".repeat(50_000_000);

    @TempDir
    private Path folder;

    @Test
    void aLineOfJsonIsARow() throws IOException {
        List<ListRow> rows = rows(JSONL, folder, """
                {"url": "http://a.test/1.jpg", "caption": "one", "width": 640, "punsafe": 0.5, "similarity": NaN, "other": 1}

                {"URL": " http://a.test/2.jpg ", "captions": ["two", "deux", 3, ["vier"]], "license": null}
                """);

        assertThat(link(rows.get(0)).url()).isEqualTo("http://a.test/1.jpg");
        assertThat(link(rows.get(0)).about().texts()).containsExactly("one");
        assertThat(link(rows.get(0)).about().attributes()).isEqualTo(Map.of("width", "640", "punsafe", "0.5"));
        assertThat(link(rows.get(1)).number()).isEqualTo(2);
        assertThat(link(rows.get(1)).url()).isEqualTo("http://a.test/2.jpg");
        assertThat(link(rows.get(1)).about().texts()).containsExactly("two", "deux");
    }

    @Test
    void aBadLineOfJsonSaysWhatIsWrongAndTheNextIsRead() throws IOException {
        List<ListRow> rows = rows(JSONL, folder, """
                not JSON
                [1, 2]
                {"url": 7}
                {"url": ["http://a.test/1.jpg"]}
                {"caption": "no URL"}
                {"url": "http://a.test/1.jpg", "md5": "short"}
                {"url": "http://a.test/1.jpg", "text": "%s"}
                {%s}
                {"url": "http://a.test/9.jpg"}
                """.formatted(LONG, "\"a\": 1, ".repeat(1_000_000) + "\"b\": 2"));

        assertThat(rows).hasSize(9);
        assertThat(detail(rows.get(0))).startsWith("row 1: not JSON: Unrecognized token 'not'");
        assertThat(detail(rows.get(1))).isEqualTo("row 2: not a JSON object");
        assertThat(detail(rows.get(2))).isEqualTo("column url is 7, not a string");
        assertThat(detail(rows.get(3))).isEqualTo("column url is a list");
        assertThat(detail(rows.get(4))).isEqualTo("the row has neither a URL nor an image");
        assertThat(detail(rows.get(5))).isEqualTo("column md5: MD5 is not a number of 32 hexadecimal digits");
        assertThat(detail(rows.get(6))).isEqualTo("row 7 has 50000042 bytes, which are more than 1048576");
        assertThat(detail(rows.get(7))).startsWith("row 8 has 8000008 bytes");
        assertThat(link(rows.get(8)).url()).isEqualTo("http://a.test/9.jpg");
    }

    @Test
    void aRecordOfSeparatedValuesIsARow() throws IOException {
        List<ListRow> rows = rows(CSV, folder, """
                \ufeffurl,caption,WIDTH\r
                http://a.test/1.jpg,"one, ""two""
                three",640\r
                http://a.test/2.jpg,a 5" disk and ""quotes"",\r
                \r
                http://a.test/3.jpg""");

        assertThat(link(rows.get(0)).about().texts()).containsExactly("one, \"two\"\nthree");
        assertThat(link(rows.get(0)).about().attributes()).containsEntry("width", "640");
        assertThat(link(rows.get(1)).about().texts()).containsExactly("a 5\" disk and \"\"quotes\"\"");
        assertThat(link(rows.get(2)).url()).isEqualTo("http://a.test/3.jpg");
        assertThat(rows).hasSize(3);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstField() throws IOException {
        List<ListRow> named = rows(CSV, folder, "\ufeff\"url\",\"text\"\nhttp://a.test/1.jpg,one\n");
        List<ListRow> unnamed =
                rows(new ListFormat.Csv(',', List.of("url")), folder, "\ufeff\"http://a.test/2.jpg\"\n");

        assertThat(link(named.get(0)).url()).isEqualTo("http://a.test/1.jpg");
        assertThat(link(unnamed.get(0)).url()).isEqualTo("http://a.test/2.jpg");
    }

    @Test
    void aLoneCarriageReturnEndsARecordOutsideOfQuotes() throws IOException {
        List<ListRow> rows = rows(
                CSV,
                folder,
                "url,text\rhttp://a.test/1.jpg,\"one\rline\"\rhttp://a.test/2.jpg,two\r\nhttp://a.test/3.jpg");

        assertThat(rows).hasSize(3);
        assertThat(link(rows.get(0)).about().texts()).containsExactly("one\rline");
        assertThat(link(rows.get(1)).about().texts()).containsExactly("two");
        assertThat(link(rows.get(2)).url()).isEqualTo("http://a.test/3.jpg");
    }

    @Test
    void aRecordInAnotherEncodingIsRefusedAndTheNextIsRead() throws IOException {
        Path file = folder.resolve("latin-1.csv");
        Files.writeString(
                file,
                "url,text\nhttp://a.test/1.jpg,Caf\u00e9\nhttp://a.test/2.jpg,two\n",
                StandardCharsets.ISO_8859_1);

        List<ListRow> rows = rows(CSV, file, ListColumns.BY_NAME);

        assertThat(detail(rows.get(0))).isEqualTo("row 1: not in UTF-8");
        assertThat(link(rows.get(1)).url()).isEqualTo("http://a.test/2.jpg");
    }

    @Test
    void namesOfColumnsInAnotherEncodingAreSaidToBe() throws IOException {
        Path file = folder.resolve("utf-16.csv");
        Files.writeString(file, "url,text\nhttp://a.test/1.jpg,one\n", StandardCharsets.UTF_16);

        assertThatThrownBy(() -> rows(CSV, file, ListColumns.BY_NAME))
                .hasMessage("the first row, which names the columns, is not in UTF-8");
    }

    @Test
    void aLineOfJsonThatLooksLikeAnotherEncodingIsRefusedAndTheNextIsRead() throws IOException {
        List<ListRow> rows = rows(JSONL, folder, "\0\0\0\u007f garbage\n{\"url\": \"http://a.test/2.jpg\"}\n");

        assertThat(detail(rows.get(0))).startsWith("row 1: not JSON: Invalid UTF-32 character");
        assertThat(link(rows.get(1)).url()).isEqualTo("http://a.test/2.jpg");
    }

    @Test
    void aLineThatRepeatsAFieldIsRefused() throws IOException {
        List<ListRow> rows = rows(JSONL, folder, """
                {"url": "http://a.test/1.jpg", "url": "http://a.test/2.jpg"}
                {"url": "http://a.test/3.jpg"}
                """);

        assertThat(detail(rows.get(0))).isEqualTo("row 1: not JSON: Duplicate field 'url'");
        assertThat(link(rows.get(1)).url()).isEqualTo("http://a.test/3.jpg");
    }

    @Test
    void aLineThatBreaksOffIsDescribedWithoutTheRemarksOfTheParser() throws IOException {
        List<ListRow> rows = Lists.rows(
                new ListFormat.JsonLines(),
                Files.writeString(folder.resolve("cut.jsonl"), "{\"url\": \"http://a.test/1.jpg\""),
                ListColumns.BY_NAME);

        assertThat(detail(rows.get(0)))
                .isEqualTo("row 1: not JSON: Unexpected end-of-input: expected close marker for Object");
    }

    @Test
    void aLineOfSeveralObjectsIsRefusedAndTheCommaOfAnArrayIsNot() throws IOException {
        List<ListRow> rows = rows(JSONL, folder, """
                {"url": "http://a.test/1.jpg"}{"url": "http://a.test/2.jpg"}
                {"url": "http://a.test/3.jpg"}, {"url": "http://a.test/4.jpg"}
                {"url": "http://a.test/5.jpg"} ,
                """);

        assertThat(detail(rows.get(0))).isEqualTo("row 1: more than a JSON object");
        assertThat(detail(rows.get(1))).isEqualTo("row 2: more than a JSON object");
        assertThat(link(rows.get(2)).url()).isEqualTo("http://a.test/5.jpg");
    }

    @Test
    void aBlankUrlIsNone() throws IOException {
        List<ListRow> rows = rows(JSONL, folder, """
                {"url": " ", "image_url": "http://a.test/1.jpg"}
                {"url": "\\t"}
                """);

        assertThat(link(rows.get(0)).url()).isEqualTo("http://a.test/1.jpg");
        assertThat(detail(rows.get(1))).isEqualTo("the row has neither a URL nor an image");
    }

    @Test
    void aTextThatIsNoStringIsNotSaidToBeTooLong() throws IOException {
        List<ListRow> rows = rows(JSONL, folder, """
                {"url": "http://a.test/1.jpg", "text": [3, {"a": 1}]}
                """);

        assertThat(link(rows.get(0)).about().dropped())
                .containsExactly(
                        new RowMetadata.Dropped(AltTextFault.UNREADABLE, "column text is 3, not a string"),
                        new RowMetadata.Dropped(AltTextFault.UNREADABLE, "column text is an object"));
    }

    @Test
    void anAttributeHasAName() {
        assertThatThrownBy(() -> new ListColumns(Optional.empty(), Optional.empty(), List.of(), Map.of("", "lang")))
                .hasMessage("the attribute of column \"lang\" has no name");
    }

    @Test
    void aFileWithoutNamesOfColumnsIsRead() throws IOException {
        List<ListRow> rows = rows(
                new ListFormat.Csv('\t', List.of("caption", "url")), folder, "a cat, asleep\thttp://a.test/1.jpg\n");

        assertThat(link(rows.get(0)).url()).isEqualTo("http://a.test/1.jpg");
        assertThat(link(rows.get(0)).about().texts()).containsExactly("a cat, asleep");
    }

    @Test
    void aBadRecordSaysWhatIsWrongAndTheNextIsRead() throws IOException {
        List<ListRow> rows = rows(
                CSV,
                folder,
                "url,text\n"
                        + "http://a.test/1.jpg,one,too many\n"
                        + "http://a.test/2.jpg," + LONG + "\n"
                        + ",no URL\n"
                        + "http://a.test/4.jpg,four\n"
                        + "http://a.test/5.jpg,\"never closed\n"
                        + "http://a.test/6.jpg,six\n");

        assertThat(detail(rows.get(0))).isEqualTo("row 1 has 3 fields for 2 columns");
        assertThat(detail(rows.get(1))).isEqualTo("row 2 has 50000020 bytes, which are more than 1048576");
        assertThat(detail(rows.get(2))).isEqualTo("the row has neither a URL nor an image");
        assertThat(link(rows.get(3)).url()).isEqualTo("http://a.test/4.jpg");
        assertThat(detail(rows.get(4))).startsWith("row 5: a quoted field has no end within 1048576 bytes");
        assertThat(link(rows.get(5)).url()).isEqualTo("http://a.test/6.jpg");
        assertThat(rows).hasSize(6);
    }

    @Test
    void aFileWithoutAColumnOfUrlsNamesItsColumns() {
        assertThatThrownBy(() -> rows(CSV, folder, "link,text\nhttp://a.test,b"))
                .hasMessage("no column is named url or image_url or img_url or image_link; the columns are link, text");
        assertThatThrownBy(() -> rows(CSV, folder, "")).hasMessage("the file is empty");
        assertThatThrownBy(() -> rows(CSV, folder, "url," + "a,".repeat(1_000_000)))
                .hasMessage("the first row, which names the columns, has more than 1048576 bytes");
    }
}
