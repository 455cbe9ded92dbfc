package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records that were written before their schemas had all fields of today are still read. */
class EarlierSchemasTest {
    private static final Schema STEP = new Schema.Parser().parse("""
            {"type": "record", "name": "LedgerStep", "namespace": "dev.latentstream.schemas", "fields": [
              {"name": "step", "type": "long"},
              {"name": "topics", "type": {"type": "array", "items": "string"}},
              {"name": "samples", "type": {"type": "array", "items": {"type": "record", "name": "LedgerSample", "fields": [
                {"name": "image", "type": "string"}, {"name": "topic", "type": "int"}, {"name": "partition", "type": "int"},
                {"name": "offset", "type": "long"}, {"name": "caption", "type": "int"}]}}},
              {"name": "mixture_policy", "type": "long"},
              {"name": "loss", "type": "float"}]}""");

    private static final Schema METRICS = new Schema.Parser().parse("""
            {"type": "record", "name": "TrainingMetrics", "namespace": "dev.latentstream.schemas", "fields": [
              {"name": "step", "type": "long"}, {"name": "loss", "type": "float"},
              {"name": "learning_rate", "type": "double"}, {"name": "images_per_second", "type": "double"},
              {"name": "stall", "type": "double"}, {"name": "mixture", "type": {"type": "map", "values": "double"}},
              {"name": "caption_choices", "type": {"type": "map", "values": "double"}},
              {"name": "nouns_per_caption", "type": "double"}, {"name": "samples", "type": "long"},
              {"name": "mixture_policy", "type": "long"}]}""");

    private static final Schema REJECTION = new Schema.Parser().parse("""
            {"type": "record", "name": "Rejection", "namespace": "dev.latentstream.schemas", "fields": [
              {"name": "stage", "type": "string"},
              {"name": "reason", "type": {"type": "enum", "name": "RejectionReason",
                "symbols": ["UNKNOWN", "EMPTY", "TOO_SMALL"], "default": "UNKNOWN"}},
              {"name": "value", "type": ["null", "string"], "default": null},
              {"name": "bound", "type": ["null", "string"], "default": null},
              {"name": "detail", "type": "string"}, {"name": "source", "type": "string"},
              {"name": "uri", "type": "string"}, {"name": "policy", "type": "long", "default": 0}]}""");

    private record Pair(Schema earlier, Schema today) {}

    static Stream<Pair> pairs() {
        return Stream.of(
                new Pair(STEP, LedgerStep.getClassSchema()),
                new Pair(METRICS, TrainingMetrics.getClassSchema()),
                new Pair(REJECTION, Rejection.getClassSchema()));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aRegistryThatChecksBackwardCompatibilityAcceptsTodaysSchema(Pair pair) {
        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(pair.today(), pair.earlier())
                        .getType())
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    @Test
    void aStepOfAnEarlierLedgerIsRead() throws IOException {
        GenericRecord sample =
                new GenericData.Record(STEP.getField("samples").schema().getElementType());
        sample.put("image", "a");
        sample.put("topic", 0);
        sample.put("partition", 3);
        sample.put("offset", 17L);
        sample.put("caption", -1);
        GenericRecord step = new GenericData.Record(STEP);
        step.put("step", 5L);
        step.put("topics", List.of("latents-a"));
        step.put("samples", List.of(sample));
        step.put("mixture_policy", 2L);
        step.put("loss", 0.5f);

        LedgerStep read = new SpecificDatumReader<LedgerStep>(STEP, LedgerStep.getClassSchema())
                .read(null, DecoderFactory.get().binaryDecoder(bytes(step), null));

        assertThat(read)
                .isEqualTo(LedgerStep.newBuilder()
                        .setStep(5)
                        .setTopics(List.of("latents-a"))
                        .setSamples(List.of(new LedgerSample("a", 0, 3, 17L, -1, false, -1)))
                        .setMixturePolicy(2)
                        .build());
        assertThat(read.getTaken()).isEmpty();
    }

    private static byte[] bytes(GenericRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
