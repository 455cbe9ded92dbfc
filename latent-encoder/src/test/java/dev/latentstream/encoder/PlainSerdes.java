package dev.latentstream.encoder;

import dev.latentstream.schemas.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Avro serdes without a registry. */
final class PlainSerdes {
    private PlainSerdes() {}

    static <V extends SpecificRecord> Serde<V> of(Topic<V> topic) {
        SpecificData model = SpecificData.getForClass(topic.value());
        BinaryMessageEncoder<V> encoder = new BinaryMessageEncoder<>(model, model.getSchema(topic.value()));
        BinaryMessageDecoder<V> decoder = new BinaryMessageDecoder<>(model, model.getSchema(topic.value()));
        return Serdes.serdeFrom(
                (name, value) -> {
                    try {
                        return value == null ? null : encoder.encode(value).array();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                (name, bytes) -> {
                    try {
                        return bytes == null ? null : decoder.decode(bytes);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
