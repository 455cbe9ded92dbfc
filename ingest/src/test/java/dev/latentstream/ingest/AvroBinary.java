package dev.latentstream.ingest;

import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.HeldCandidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.NearMessage;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.Removal;
import dev.latentstream.schemas.Undecided;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** A serde of Avro's binary encoding without a registry. */
final class AvroBinary {
    private AvroBinary() {}

    static <V extends SpecificRecord> Serde<V> serde(Class<V> type) {
        Schema schema = SpecificData.get().getSchema(type);
        return Serdes.serdeFrom((topic, value) -> write(schema, value), (topic, bytes) -> read(schema, type, bytes));
    }

    /** All serdes of ingest. */
    static IngestSerdes ingestSerdes() {
        return new IngestSerdes(
                serde(RawImage.class),
                serde(Candidate.class),
                serde(Image.class),
                serde(Rejection.class),
                serde(Removal.class),
                new IngestSerdes.NearSerdes(
                        serde(NearMessage.class), serde(Undecided.class), serde(HeldCandidate.class)));
    }

    private static <V extends SpecificRecord> byte @Nullable [] write(Schema schema, @Nullable V value) {
        if (value == null) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        try {
            new SpecificDatumWriter<V>(schema).write(value, encoder);
            encoder.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static <V extends SpecificRecord> @Nullable V read(Schema schema, Class<V> type, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return type.cast(new SpecificDatumReader<V>(schema)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, null)));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
