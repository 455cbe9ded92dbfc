package dev.latentstream.ingest.lists;

import static dev.latentstream.ingest.lists.Lists.detail;
import static dev.latentstream.ingest.lists.Lists.link;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jerolba.carpet.CarpetWriter;
import dev.latentstream.ingest.fetch.ContentHash;
import dev.latentstream.schemas.AltTextFault;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.parquet.crypto.ColumnEncryptionProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of pyarrow ({@code tools/corpus/lists.py}) and of Carpet, and damaged copies of them. */
class ParquetReaderTest {
    private static final ListFormat PARQUET = new ListFormat.Parquet();
    private static final Path FILES = Path.of("src", "test", "resources", "lists");

    /** A table of no rows with a column url, as pyarrow writes it; Java's library writes no row group for it. */
    private static final String EMPTY_TABLE = """
                UEFSMRUEGSw1ABgGc2NoZW1hFQIAFQwlAhgDdXJsJQBMHAAAABYAGRwZHCYAHBUMGRUGGRgDdXJsFQAWABYAFgAmAEkMAAAWABYA\
                JgAWAAAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGRwcAAAAdAAAAFBBUjE=""";

    @TempDir
    private Path folder;

    record UrlRow(String url, String caption, String unrelated) {}

    @Test
    void readsTheColumnsOfLaion() throws IOException {
        List<ListRow> rows = rows("laion.parquet");

        assertThat(rows).hasSize(5).extracting(ListRow::number).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(link(rows.get(0)))
                .isEqualTo(new ListRow.Link(
                        1,
                        "http://a.test/1.jpg",
                        Optional.empty(),
                        new RowMetadata(
                                List.of("a red bicycle"),
                                Map.of(
                                        "sample_id", "1581282014547",
                                        "height", "600",
                                        "width", "800",
                                        "license", "?",
                                        "nsfw", "UNLIKELY",
                                        "similarity", "0.33"),
                                List.of())));
        assertThat(link(rows.get(1)).about().texts()).isEmpty();
        assertThat(link(rows.get(1)).about().attributes()).doesNotContainKey("similarity"); // NaN
        assertThat(detail(rows.get(2))).isEqualTo("the row has neither a URL nor an image");
        assertThat(link(rows.get(4)).about().texts()).containsExactly("café at night");
        assertThat(PARQUET.rows(FILES.resolve("laion.parquet"))).hasValue(5);
    }

    @Test
    void readsTheColumnsOfDatacompWithItsHashes() throws IOException {
        List<ListRow> rows = rows("datacomp.parquet");

        assertThat(link(rows.get(0)).hash())
                .contains(new ContentHash(
                        ContentHash.Kind.SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        assertThat(link(rows.get(0)).about().attributes())
                .containsEntry("clip_l14_similarity_score", "0.25")
                .containsEntry("original_width", "100");
        assertThat(link(rows.get(1)).hash()).isEmpty();
    }

    @Test
    void readsImagesAsHuggingFaceWritesThem() throws IOException {
        List<ListRow> rows = rows("huggingface.parquet");

        assertThat(rows.get(0)).isInstanceOfSatisfying(ListRow.Embedded.class, row -> {
            assertThat(row.image()).asString(StandardCharsets.UTF_8).isEqualTo("first");
            assertThat(row.about().texts()).containsExactly("one", "two");
        });
        assertThat(rows.get(1)).isInstanceOfSatisfying(ListRow.TooLarge.class, row -> assertThat(row.bytes())
                .isEqualTo(1001));
        assertThat(detail(rows.get(2))).isEqualTo("the row has neither a URL nor an image");
    }

    @Test
    void columnsWithOtherNamesAreMapped() throws IOException {
        ListColumns columns =
                new ListColumns(Optional.of("TEXT"), Optional.empty(), List.of("LICENSE"), Map.of("where", "URL"));

        List<ListRow> rows = Lists.rows(PARQUET, FILES.resolve("laion.parquet"), columns);

        assertThat(link(rows.get(0)).url()).isEqualTo("a red bicycle");
        assertThat(link(rows.get(0)).about().texts()).containsExactly("?");
        assertThat(link(rows.get(0)).about().attributes()).containsEntry("where", "http://a.test/1.jpg");
    }

    @Test
    void aFileWithoutAUsableColumnNamesItsColumns() {
        assertThatThrownBy(() -> rows("wrong.parquet"))
                .hasMessage(
                        "no column of strings is named url or image_url or img_url or image_link, and none of bytes image or"
                                + " img or jpg or jpeg or png or webp or bytes or image_bytes; the columns are url; not usable: url of type"
                                + " optional int64 url");
    }

    @Test
    void aStringOfFiftyMegabytesIsNotRead() throws IOException {
        Path file = write(List.of(
                new UrlRow("http://a.test/1.jpg", "x".repeat(50_000_000), ""),
                new UrlRow("h".repeat(50_000_000), "", ""),
                new UrlRow("http://a.test/3.jpg", "three", "")));

        List<ListRow> rows = Lists.rows(PARQUET, file, ListColumns.BY_NAME);

        assertThat(link(rows.get(0)).about().dropped())
                .containsExactly(new RowMetadata.Dropped(
                        AltTextFault.TOO_LONG, "column caption has 50000000 bytes, which are more than 262144"));
        assertThat(detail(rows.get(1))).isEqualTo("column url has 50000000 bytes, which are more than 262144");
        assertThat(link(rows.get(2)).about().texts()).containsExactly("three");
    }

    @Test
    void aStringThatIsNotInUtf8IsNotUsed() throws IOException {
        Path file = write(List.of(
                new UrlRow("http://a.test/1.jpg", "caf\u00e9 one", ""), new UrlRow("http://a.test/\u00e9", "", "")));
        byte[] bytes = Files.readAllBytes(file);
        byte[] latin = new String(bytes, StandardCharsets.ISO_8859_1)
                .replace("\u00c3\u00a9", "\u00e9\u00e9") // of the pages, which are not compressed; as long
                .getBytes(StandardCharsets.ISO_8859_1);

        List<ListRow> rows = Lists.rows(PARQUET, Files.write(file, latin), ListColumns.BY_NAME);

        assertThat(link(rows.get(0)).about().texts()).isEmpty();
        assertThat(link(rows.get(0)).about().dropped())
                .containsExactly(new RowMetadata.Dropped(AltTextFault.UNREADABLE, "column caption is not in UTF-8"));
        assertThat(detail(rows.get(1))).isEqualTo("column url is not in UTF-8");
    }

    @Test
    void aRowGroupWithoutRowsHasNone() throws IOException {
        Path file =
                Files.write(folder.resolve("empty.parquet"), Base64.getDecoder().decode(EMPTY_TABLE));

        assertThat(Lists.rows(PARQUET, file, ListColumns.BY_NAME)).isEmpty();
    }

    @Test
    void anEncryptedColumnCostsItsRowGroup() throws IOException {
        byte[] key = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        ColumnPath caption = ColumnPath.get("caption");
        FileEncryptionProperties encryption = FileEncryptionProperties.builder(key)
                .withPlaintextFooter()
                .withEncryptedColumns(Map.of(
                        caption,
                        ColumnEncryptionProperties.builder(caption).withKey(key).build()))
                .build();
        Path file = folder.resolve("encrypted.parquet");
        try (CarpetWriter<UrlRow> writer = new CarpetWriter.Builder<>(Files.newOutputStream(file), UrlRow.class)
                .withEncryption(encryption)
                .build()) {
            writer.write(new UrlRow("http://a.test/1.jpg", "one", ""));
            writer.write(new UrlRow("http://a.test/2.jpg", "two", ""));
        }

        List<ListRow> rows = Lists.rows(PARQUET, file, ListColumns.BY_NAME);

        assertThat(rows).singleElement().satisfies(row -> assertThat(detail(row))
                .isEqualTo("rows 1 to 2 cannot be read: the row group has encrypted columns"));
    }

    @Test
    void aFooterThatLiesAboutItsSizeIsNotBelieved() throws IOException {
        byte[] bytes = Files.readAllBytes(FILES.resolve("laion.parquet"));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 8, Integer.MAX_VALUE);
        Path lying = Files.write(folder.resolve("lying.parquet"), bytes);

        assertThatThrownBy(() -> Lists.rows(PARQUET, lying, ListColumns.BY_NAME))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("a footer of 2147483647 bytes in a file of");
        assertThatThrownBy(() -> Lists.rows(PARQUET, Path.of("pom.xml"), ListColumns.BY_NAME))
                .hasMessage("not a Parquet file, or one that is not complete: it does not end in PAR1");
    }

    /** The library throws whatever damage leads it to; each must end as rows, or as one exception. */
    @Test
    void damageCostsAtMostTheRowsOfItsRowGroup() throws IOException {
        Random random = new Random(1);
        int readable = 0;
        for (String name : List.of("laion.parquet", "datacomp.parquet", "huggingface.parquet")) {
            byte[] sound = Files.readAllBytes(FILES.resolve(name));
            for (int i = 0; i < 300; i++) {
                byte[] bytes = sound.clone();
                for (int flip = 0; flip <= random.nextInt(4); flip++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                Path file = Files.write(folder.resolve("damaged.parquet"), bytes);
                try {
                    assertThat(Lists.rows(PARQUET, file, ListColumns.BY_NAME)).hasSizeLessThan(10_000);
                    readable++;
                } catch (IOException refused) {
                    assertThat(refused.getMessage()).isNotBlank();
                }
            }
        }
        assertThat(readable).isGreaterThan(100);
    }

    @Test
    void rowsAfterADamagedRowGroupAreRead() throws IOException {
        byte[] bytes = Files.readAllBytes(FILES.resolve("laion.parquet"));
        int second = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("http://b.test/4.jpg");
        for (int i = second - 40; i < second; i++) {
            bytes[i] = (byte) 0xff; // the headers of the page
        }
        Path file = Files.write(folder.resolve("damaged.parquet"), bytes);

        List<ListRow> rows = Lists.rows(PARQUET, file, ListColumns.BY_NAME);

        assertThat(rows).hasSize(4);
        assertThat(detail(rows.get(2))).startsWith("rows 3 to 4 cannot be read: ");
        assertThat(link(rows.get(3)).url()).isEqualTo("http://b.test/5.jpg");
    }

    private Path write(List<UrlRow> rows) throws IOException {
        Path file = folder.resolve("written.parquet");
        try (OutputStream out = Files.newOutputStream(file);
                CarpetWriter<UrlRow> writer = new CarpetWriter<>(out, UrlRow.class)) {
            for (UrlRow row : new ArrayList<>(rows)) {
                writer.write(row);
            }
        }
        return file;
    }

    private static List<ListRow> rows(String name) throws IOException {
        return Lists.rows(PARQUET, FILES.resolve(name), ListColumns.BY_NAME);
    }
}
