package dev.latentstream.app.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Removal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

class RecordJsonTest {
    @Test
    void longBytesAreShortenedToTheirFirstFewAndTheirLength() {
        RawImage image = RawImage.newBuilder()
                .setImage(ByteBuffer.wrap(new byte[100]))
                .setSource("photos")
                .setUri("a.jpg")
                .setAltText("a cat")
                .setAttributes(Map.of("licence", "CC0"))
                .build();

        assertThat(RecordJson.record(image).toString())
                .isEqualTo("{\"image\":\"00000000000000000000000000000000... (100 bytes)\",\"source\":\"photos\","
                        + "\"uri\":\"a.jpg\",\"alt_text\":\"a cat\",\"attributes\":{\"licence\":\"CC0\"},\"alt_texts\":[],\"replaces\":null,"
                        + "\"scores\":{},\"score_models\":{}}");
    }

    @Test
    void timesAreReadable() {
        Removal removal = new Removal("opt-out", "someone", Instant.parse("2026-01-02T03:04:05Z"));

        assertThat(RecordJson.record(removal).path("time").asText()).isEqualTo("2026-01-02T03:04:05Z");
    }

    @Test
    void valueThatCannotBeDecodedIsShownAsBytes() {
        Deserializer<GenericRecord> failing = (topic, bytes) -> {
            throw new SerializationException("not in the wire format");
        };
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>("images-raw-dlq", 2, 7, "key", "GIF".getBytes(StandardCharsets.US_ASCII));

        ObjectNode shown = new RecordJson(failing).of(record);

        assertThat(shown.path("value").asText()).isEqualTo("474946 (3 bytes)");
        assertThat(shown.path("offset").asLong()).isEqualTo(7);
    }

    @Test
    void valueOfAnotherProgramThatLooksLikeTheWireFormatIsShownAsBytes() throws IOException {
        byte[] value = {0, 0, 0, 0, 9, 1};
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/", exchange -> {
            byte[] unknown =
                    "{\"error_code\": 40403, \"message\": \"Schema not found\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(404, unknown.length);
            exchange.getResponseBody().write(unknown);
            exchange.close();
        });
        registry.start();
        String url = "http://127.0.0.1:" + registry.getAddress().getPort();
        try (Deserializer<GenericRecord> deserializer =
                new KafkaConnection(new KafkaSettings().at("127.0.0.1:1", url)).genericDeserializer()) {
            ObjectNode shown =
                    new RecordJson(deserializer).of(new ConsumerRecord<>("__consumer_offsets", 0, 1, "key", value));

            assertThat(shown.path("value").asText())
                    .isEqualTo("000000000901 (6 bytes; the registry does not know its schema)");
        } finally {
            registry.stop(0);
        }
    }
}
