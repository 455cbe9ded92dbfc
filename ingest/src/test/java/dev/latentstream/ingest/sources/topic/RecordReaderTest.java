package dev.latentstream.ingest.sources.topic;

import static dev.latentstream.ingest.sources.topic.TopicRecords.avro;
import static dev.latentstream.ingest.sources.topic.TopicRecords.bytes;
import static dev.latentstream.ingest.sources.topic.TopicRecords.only;
import static dev.latentstream.ingest.sources.topic.TopicRecords.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.ingest.sources.SourceItem.Skipped;
import dev.latentstream.ingest.sources.SourceItem.TooLarge;
import dev.latentstream.runtime.ClusterException;
import dev.latentstream.runtime.kafka.ErrorsTolerance;
import dev.latentstream.schemas.RejectionReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.util.Utf8;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {
    private static final Deserializer<GenericRecord> NO_AVRO = (topic, value) -> {
        throw new SerializationException("no magic byte");
    };

    @Test
    void aRawValueIsTheImage() {
        ConsumerRecord<byte[], byte[]> record = record("pixels");
        record.headers().add("licence", bytes("CC0")).add("other", bytes("x"));

        SourceItem item =
                only(reader(raw(List.of("licence"), Optional.of("camera"))).read(record));

        assertThat(item).isInstanceOfSatisfying(Found.class, found -> {
            assertThat(found.image()).asString().isEqualTo("pixels");
            assertThat(found.uri()).isEqualTo("kafka:photos/3@17");
            assertThat(found.attributes()).isEqualTo(Map.of("licence", "CC0", "camera", "key"));
        });
    }

    @Test
    void fieldsOfJsonAreImageTextsUriAndAttributes() {
        String json = """
                {"image": {"data": "cGl4ZWxz"}, "alt": "a cat", "title": "a cat", "long": "%s",
                 "at": "https://a.b/c", "meta": {"score": 0.5}}
                """.formatted("x".repeat(40_000));

        List<SourceItem> items =
                reader(json("image.data", "alt", "title", "long", "none")).read(record(json));

        assertThat(items).hasSize(2);
        assertThat(items.get(0)).isInstanceOf(SourceItem.DroppedText.class);
        assertThat(items.get(1)).isInstanceOfSatisfying(Found.class, found -> {
            assertThat(found.image()).asString().isEqualTo("pixels");
            assertThat(found.texts()).containsExactly("a cat");
            assertThat(found.uri()).isEqualTo("https://a.b/c");
            assertThat(found.attributes()).isEqualTo(Map.of("score", "0.5"));
        });
    }

    @Test
    void aNumberOfJsonThatIsNoneIsNoAttribute() {
        String json = "{\"image\": \"cGl4ZWxz\", \"alt\": \"a cat\", \"meta\": {\"score\": NaN}}";

        assertThat(only(reader(json("image", "alt")).read(record(json)))).isInstanceOfSatisfying(Found.class, found -> {
            assertThat(found.texts()).containsExactly("a cat");
            assertThat(found.attributes()).isEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"image\": \"cGl4ZWxz\"} | pixels",
                "{\"image\": \"data:image/png;base64,cGl4ZWxz\"} | pixels",
                "{\"image\": \"cGl4\\nZWxz\"} | pixels",
                "{\"image\": \"-_-_\"} | \u00fb\u00ff\u00bf",
            })
    void base64IsReadInItsVariants(String json, String image) {
        assertThat(only(reader(json("image")).read(record(json))))
                .isInstanceOfSatisfying(
                        Found.class, found -> assertThat(new String(found.image(), StandardCharsets.ISO_8859_1))
                                .isEqualTo(image));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no JSON | the value is not JSON",
                "{} | field image is neither bytes nor text",
                "{\"image\": null} | field image is neither bytes nor text",
                "{\"image\": [1]} | field image is neither bytes nor text",
                "{\"image\": \"a cat!\"} | field image is not base64 at character 5",
                "{\"image\": \"c\"} | field image is not base64",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ | the value is not JSON",
                "\"\" | field image is neither bytes nor text",
                "{\"image\": \"cGl4ZWxz\"} xyz | the value is not JSON: Unrecognized token 'xyz'",
                "{\"image\": \"cGl4ZWxz\"} {\"image\": \"cGl4ZWxz\"} | the value is not JSON: more than one value",
                "{\"image\": \"cGl4ZWxz\", \"image\": \"cGl4\"} | the value is not JSON: Duplicate field 'image'",
            })
    void garbageIsRefusedWithItsReason(String value, String reason) {
        assertThat(only(reader(json("image")).read(record(value)))).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.uri()).isEqualTo("kafka:photos/3@17");
            assertThat(refused.refusal().reason()).isEqualTo(RejectionReason.UNREADABLE);
            assertThat(refused.refusal().detail()).startsWith(reason);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"my.image\": {\"data\": \"cGl4ZWxz\"}} | `my.image`.data",
                "{\"images\": [{}, {\"data\": \"cGl4ZWxz\"}]} | images[1].data",
                "[[\"\", \"cGl4ZWxz\"]] | [0][1]",
                "\"cGl4ZWxz\" | .",
                "{\"schema\": {\"type\": \"struct\"}, \"payload\": {\"after\": {\"b[0]\": \"cGl4ZWxz\"}}} | payload.after.`b[0]`",
            })
    void aFieldIsFoundByItsPath(String value, String path) {
        assertThat(only(reader(json(path)).read(record(value))))
                .isInstanceOfSatisfying(
                        Found.class,
                        found -> assertThat(found.image()).asString().isEqualTo("pixels"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {".a", "a.", "a..b", "a.[0]", "a[0]b", "a[-1]", "a[x]", "a[0", "`a", "`a`b", "``", "a[9999999999]"
            })
    void aPathThatIsNoneIsRefused(String path) {
        assertThatThrownBy(() -> json(path)).hasMessageContaining("is not names separated by dots");
    }

    @Test
    void anAttributeHasTheLastNameOfItsPath() {
        assertThat(FieldPath.parse("meta.`a.b`[0]").name()).isEqualTo("a.b");
        assertThat(FieldPath.parse("a.tags[0][1]").name()).isEqualTo("tags");
        assertThat(FieldPath.parse(".").name()).isEqualTo("value");
    }

    @Test
    void aValueThatLooksLikeAnotherEncodingIsRefusedWithItsReason() {
        assertThat(only(reader(json("image")).read(record("\0\0\0\u007f garbage"))))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.refusal().detail())
                                .startsWith("the value is not JSON: Invalid UTF-32 character"));
    }

    @Test
    void avroIsReadByItsOwnSchema() {
        Schema inner =
                SchemaBuilder.record("Payload").fields().requiredBytes("data").endRecord();
        Schema schema = SchemaBuilder.record("Photo")
                .fields()
                .name("payload")
                .type(inner)
                .noDefault()
                .requiredString("caption")
                .endRecord();
        GenericRecord payload = new GenericRecordBuilder(inner)
                .set("data", ByteBuffer.wrap(bytes("pixels")))
                .build();
        GenericRecord value = new GenericRecordBuilder(schema)
                .set("payload", payload)
                .set("caption", "a cat")
                .build();
        RecordReader reader =
                new RecordReader(avro("payload.data", "caption"), (topic, bytes) -> value, ErrorsTolerance.DATA, 100);

        assertThat(only(reader.read(record("any")))).isInstanceOfSatisfying(Found.class, found -> {
            assertThat(found.image()).asString().isEqualTo("pixels");
            assertThat(found.texts()).containsExactly("a cat");
        });
    }

    @Test
    void aValueThatIsNotAvroIsRefusedAndAnAbsentRegistryIsNot() {
        RecordReader garbage = new RecordReader(avro("image"), NO_AVRO, ErrorsTolerance.DATA, 100);
        RecordReader absent = new RecordReader(
                avro("image"),
                (topic, value) -> {
                    throw new SerializationException(new ClusterException("the registry does not answer"));
                },
                ErrorsTolerance.DATA,
                100);

        assertThat(only(garbage.read(record("x")))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> absent.read(record("x"))).hasStackTraceContaining("does not answer");
    }

    @Test
    void keyAndHeadersAreSourceUriTextsAndAttributes() {
        ConsumerRecord<byte[], byte[]> record = record("pixels");
        record.headers()
                .add("url", bytes("https://a.b/old"))
                .add("url", bytes("https://a.b/c"))
                .add("from", bytes("web-eu"))
                .add("licence", bytes("CC0"));
        RecordFields fields = new RecordFields(
                ValueFormat.RAW,
                "",
                List.of("key", "header:none"),
                Optional.of("header:url"),
                Optional.of("header:from"),
                List.of("header:licence"),
                List.of(),
                Optional.empty());

        assertThat(only(reader(fields).read(record))).isInstanceOfSatisfying(SourceItem.Sourced.class, sourced -> {
            assertThat(sourced.source()).isEqualTo("web-eu");
            assertThat(sourced.uri()).isEqualTo("https://a.b/c");
            assertThat(sourced.found().texts()).containsExactly("key");
            assertThat(sourced.found().attributes()).isEqualTo(Map.of("licence", "CC0"));
        });
        record.headers().add("from", bytes("no name/"));
        assertThat(only(reader(fields).read(record))).isInstanceOfSatisfying(Refused.class, refused -> assertThat(
                        refused.refusal().reason())
                .isEqualTo(RejectionReason.WRONG_SOURCE));
    }

    @Test
    void whatIsNotInUtf8IsCountedAndTheImageIsRead() {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("photos", 3, 17, new byte[] {'k', (byte) 0xff}, bytes("pixels"));
        record.headers().add("caption", new byte[] {'a', (byte) 0xe9}).add("licence", bytes("CC0"));
        RecordFields fields = new RecordFields(
                ValueFormat.RAW,
                "",
                List.of("header:caption"),
                Optional.of("key"),
                Optional.empty(),
                List.of("header:licence"),
                List.of(),
                Optional.empty());

        List<SourceItem> items = reader(fields).read(record);

        assertThat(items.subList(0, 2))
                .extracting(item -> ((SourceItem.DroppedText) item).reason())
                .containsExactly("the key is not in UTF-8", "header caption is not in UTF-8");
        assertThat(items.get(2)).isInstanceOfSatisfying(Found.class, found -> {
            assertThat(found.uri()).isEqualTo("kafka:photos/3@17");
            assertThat(found.texts()).isEmpty();
            assertThat(found.attributes()).isEqualTo(Map.of("licence", "CC0"));
        });
    }

    @Test
    void aSourceThatIsNotInUtf8IsRefused() {
        ConsumerRecord<byte[], byte[]> record = record("pixels");
        record.headers().add("from", new byte[] {'a', (byte) 0xe9});
        RecordFields fields = new RecordFields(
                ValueFormat.RAW,
                "",
                List.of(),
                Optional.empty(),
                Optional.of("header:from"),
                List.of(),
                List.of(),
                Optional.empty());

        assertThat(only(reader(fields).read(record))).isInstanceOfSatisfying(Refused.class, refused -> assertThat(
                        refused.refusal().detail())
                .isEqualTo("header from is not in UTF-8"));
    }

    @Test
    void anAvroStringThatIsNotInUtf8IsCounted() {
        Schema schema = SchemaBuilder.record("Photo")
                .fields()
                .requiredBytes("image")
                .requiredString("caption")
                .endRecord();
        GenericRecord value = new GenericRecordBuilder(schema)
                .set("image", ByteBuffer.wrap(bytes("pixels")))
                .set("caption", new Utf8(new byte[] {'a', (byte) 0xe9}))
                .build();
        RecordReader reader =
                new RecordReader(avro("image", "caption"), (topic, bytes) -> value, ErrorsTolerance.DATA, 100);

        assertThat(reader.read(record("any")).get(0))
                .isInstanceOfSatisfying(SourceItem.DroppedText.class, dropped -> assertThat(dropped.reason())
                        .isEqualTo("field caption is not in UTF-8"));
    }

    @Test
    void anAttributeThatIsTooLongIsCounted() {
        ConsumerRecord<byte[], byte[]> record = record("pixels");
        record.headers().add("licence", bytes("x".repeat(40_000))).add("note", bytes("y".repeat(10_000)));

        List<SourceItem> items =
                reader(raw(List.of("licence", "note"), Optional.empty())).read(record);

        assertThat(items.get(0))
                .isInstanceOfSatisfying(SourceItem.DroppedText.class, dropped -> assertThat(dropped.reason())
                        .isEqualTo("attribute: 40000 characters are more than 32768"));
        assertThat(items.get(1)).isInstanceOfSatisfying(Found.class, found -> assertThat(found.attributes())
                .containsOnlyKeys("note"));
    }

    @Test
    void aFieldNamedKeyIsAskedForAsAValue() {
        String json = "{\"image\": \"cGl4ZWxz\", \"key\": \"of the value\"}";

        assertThat(((Found) only(reader(json("image", "key", "value:key")).read(record(json)))).texts())
                .containsExactly("key", "of the value");
    }

    @Test
    void tombstonesAndLargeValuesAreCounted() {
        RecordReader reader = reader(raw(List.of(), Optional.empty()));

        assertThat(only(reader.read(new ConsumerRecord<>("photos", 3, 17, bytes("key"), null))))
                .isInstanceOf(Skipped.class);
        assertThat(only(reader.read(record("x".repeat(101)))))
                .isInstanceOfSatisfying(
                        TooLarge.class, large -> assertThat(large.bytes()).isEqualTo(101));
    }

    @Test
    void fieldsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new RecordFields(
                        ValueFormat.RAW,
                        "image",
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        Optional.empty()))
                .hasMessageContaining("a raw value has no fields");
        assertThatThrownBy(() -> json("image..data")).hasMessageContaining("is not names separated by dots");
    }

    private static RecordReader reader(RecordFields fields) {
        return new RecordReader(fields, NO_AVRO, ErrorsTolerance.DATA, 100);
    }

    private static RecordFields raw(List<String> headers, Optional<String> key) {
        return new RecordFields(
                ValueFormat.RAW, "", List.of(), Optional.empty(), Optional.empty(), List.of(), headers, key);
    }

    private static RecordFields json(String image, String... texts) {
        return new RecordFields(
                ValueFormat.JSON,
                image,
                List.of(texts),
                Optional.of("at"),
                Optional.empty(),
                List.of("meta.score"),
                List.of(),
                Optional.empty());
    }
}
