package dev.latentstream.schemas;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DamagedRecordTest {
    private static final String TOPIC = "latents-photos";

    @Test
    void damageIsDescribedWithoutNamesOfJavaClasses() {
        try (TestRegistry registry = TestRegistry.start();
                AvroSerializer serializer = new AvroSerializer();
                AvroDeserializer specific = new AvroDeserializer();
                AvroDeserializer generic = new AvroDeserializer()) {
            serializer.configure(Map.of("schema.registry.url", registry.url()), false);
            specific.configure(Map.of("schema.registry.url", registry.url(), "specific.avro.reader", true), false);
            generic.configure(Map.of("schema.registry.url", registry.url()), false);
            byte[] bytes = requireNonNull(serializer.serialize(TOPIC, Samples.latent()));
            for (int at = WireFormat.HEADER; at < bytes.length; at++) {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) 0xff;
                for (byte[] payload : List.of(Arrays.copyOf(bytes, at), flipped)) {
                    requireWords(specific, payload);
                    requireWords(generic, payload);
                }
            }
            assertThat(catchThrowable(() -> generic.deserialize(TOPIC, Arrays.copyOf(bytes, WireFormat.HEADER))))
                    .hasMessage(
                            "topic latents-photos: a record of schema 1 cannot be decoded (5 bytes): it breaks off");
        }
    }

    private static void requireWords(AvroDeserializer deserializer, byte[] payload) {
        Throwable failure = catchThrowable(() -> deserializer.deserialize(TOPIC, payload));
        if (failure != null) {
            assertThat(failure).message().doesNotContain("Exception", "java.", "Error", "null");
        }
    }
}
