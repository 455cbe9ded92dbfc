package dev.latentstream.ingest.sources.topic;

import static dev.latentstream.ingest.sources.topic.TopicRecords.avro;
import static dev.latentstream.ingest.sources.topic.TopicRecords.bytes;
import static dev.latentstream.ingest.sources.topic.TopicRecords.only;
import static dev.latentstream.ingest.sources.topic.TopicRecords.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.latentstream.ingest.sources.SourceItem.Found;
import dev.latentstream.ingest.sources.SourceItem.Refused;
import dev.latentstream.runtime.InfrastructureException;
import dev.latentstream.runtime.kafka.ErrorsTolerance;
import dev.latentstream.schemas.AvroDeserializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.util.Utf8;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

/** Avro values of other programs. */
class AvroValuesTest {
    @Test
    void theSymbolOfAnEnumIsAText() {
        Schema schema = SchemaBuilder.record("Photo")
                .fields()
                .requiredBytes("image")
                .name("caption")
                .type()
                .enumeration("Kind")
                .symbols("PHOTO", "ART")
                .noDefault()
                .endRecord();
        GenericRecord value = new GenericRecordBuilder(schema)
                .set("image", ByteBuffer.wrap(bytes("pixels")))
                .set(
                        "caption",
                        new GenericData.EnumSymbol(schema.getField("caption").schema(), "ART"))
                .build();
        RecordReader reader =
                new RecordReader(avro("image", "caption"), (topic, bytes) -> value, ErrorsTolerance.DATA, 100);

        assertThat(only(reader.read(record("any"))))
                .isInstanceOfSatisfying(
                        Found.class, found -> assertThat(found.texts()).containsExactly("ART"));
    }

    @Test
    void aValueOfPlainBytesIsTheImage() {
        for (Object value : List.of(ByteBuffer.wrap(bytes("pixels")), bytes("pixels"))) {
            RecordReader reader = new RecordReader(avro("."), (topic, bytes) -> value, ErrorsTolerance.DATA, 100);

            assertThat(only(reader.read(record("any"))))
                    .isInstanceOfSatisfying(
                            Found.class,
                            found -> assertThat(found.image()).asString().isEqualTo("pixels"));
        }
    }

    @Test
    void aMapHasItsKeysInEitherClassOfAvro() {
        for (CharSequence key : List.of("a.b", new Utf8("a.b"))) {
            Schema schema = SchemaBuilder.record("Photo")
                    .fields()
                    .requiredBytes("image")
                    .name("meta")
                    .type()
                    .map()
                    .values()
                    .array()
                    .items()
                    .stringType()
                    .noDefault()
                    .endRecord();
            GenericRecord value = new GenericRecordBuilder(schema)
                    .set("image", ByteBuffer.wrap(bytes("pixels")))
                    .set("meta", Map.of(key, List.of("first", "second")))
                    .build();
            RecordReader reader = new RecordReader(
                    avro("image", "meta.`a.b`[1]", "meta.`a.b`[2]"),
                    (topic, bytes) -> value,
                    ErrorsTolerance.DATA,
                    100);

            assertThat(only(reader.read(record("any"))))
                    .isInstanceOfSatisfying(
                            Found.class, found -> assertThat(found.texts()).containsExactly("second"));
        }
    }

    @Test
    void aRecordOfAnUnknownSchemaEndsTheSourceByItsPlaceUnlessAllErrorsAreTolerated() throws IOException {
        byte[] answer = bytes("{\"error_code\": 40403, \"message\": \"Schema 99 not found\"}");
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            exchange.sendResponseHeaders(404, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        registry.start();
        try (AvroDeserializer avro = new AvroDeserializer()) {
            avro.configure(
                    Map.of(
                            "schema.registry.url",
                            "http://127.0.0.1:" + registry.getAddress().getPort()),
                    false);
            Deserializer<GenericRecord> values = (topic, value) -> (GenericRecord) avro.deserialize(topic, value);
            ConsumerRecord<byte[], byte[]> record = record("\0\0\0\0cabc");

            RecordReader strict = new RecordReader(avro("image"), values, ErrorsTolerance.DATA, 100);
            assertThatThrownBy(() -> strict.read(record))
                    .isInstanceOf(InfrastructureException.class)
                    .hasMessage(
                            "kafka:photos/3@17: the registry has no schema 99; check kafka.schema-registry-url, or set"
                                    + " kafka.errors-tolerance to all, with which records of unknown schemas are rejected");
            RecordReader tolerant = new RecordReader(avro("image"), values, ErrorsTolerance.ALL, 100);
            assertThat(only(tolerant.read(record))).isInstanceOfSatisfying(Refused.class, refused -> assertThat(
                            refused.refusal().detail())
                    .isEqualTo("the registry has no schema 99, of the value"));
        } finally {
            registry.stop(0);
        }
    }
}
