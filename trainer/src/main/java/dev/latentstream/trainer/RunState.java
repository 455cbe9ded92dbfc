package dev.latentstream.trainer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.runtime.AtomicFile;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.JsonFaults;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.trainer.feed.FeedSnapshot;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.SourceState;
import dev.latentstream.trainer.ledger.LedgerPosition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * The part of a checkpoint that is not the network: the state of the feed, in {@code state.json} and {@code buffers.avro}. It has no
 * random state, since every draw is a function of the seed and the sample's index.
 *
 * @param run name of the run
 * @param ledger position in the ledger after the last step
 */
record RunState(String run, FeedSnapshot feed, LedgerPosition ledger) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = "state.json";
    private static final String BUFFERS = "buffers.avro";
    private static final int VERSION = 2;
    private static final List<String> FIELDS =
            List.of("run", "step", "samples", "mixturePolicy", "mixture", "facts", "ledger", "sources");

    /** Reads the state in a folder, with the latents of its buffers. */
    static RunState read(Path folder) throws IOException {
        RunState state = describe(folder);
        Path buffers = folder.resolve(BUFFERS);
        return Files.exists(buffers)
                ? new RunState(state.run, BufferFile.read(buffers, state.feed), state.ledger)
                : state; // of step 0
    }

    static boolean exists(Path folder) {
        return Files.exists(folder.resolve(FILE));
    }

    /** Reads the state in a folder without its latents. */
    static RunState describe(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        try {
            JsonNode json = JSON.readTree(file.toFile());
            if (!json.isObject()) { // an empty file, too
                throw new IOException(file + " is not a run's state: it is no JSON object");
            }
            if (json.path("version").asInt() != VERSION) {
                throw new IOException(
                        ("%s has the version %d; this program reads %d. Its run cannot be continued, but a new"
                                        + " one can start from its network (trainer.backbone.folder)")
                                .formatted(file, json.path("version").asInt(1), VERSION));
            }
            return state(json);
        } catch (JacksonException broken) {
            throw new IOException(file + " is not a run's state: " + JsonFaults.describe(broken), broken);
        } catch (IllegalArgumentException broken) {
            throw new IOException(file + " is not a run's state: " + broken.getMessage(), broken);
        }
    }

    private static RunState state(JsonNode json) throws IOException {
        for (String field : FIELDS) {
            if (!json.hasNonNull(field)) {
                throw new IllegalArgumentException("it has no " + field);
            }
        }
        List<SourceState> sources = new ArrayList<>();
        for (JsonNode source : json.path("sources")) {
            sources.add(JSON.treeToValue(source, SourceState.class));
        }
        return new RunState(
                json.path("run").asText(),
                new FeedSnapshot(
                        json.path("step").asLong(),
                        json.path("samples").asLong(),
                        avro(json.path("facts"), new LedgerRun()),
                        new VersionedPolicy<>(
                                json.path("mixturePolicy").asLong(), avro(json.path("mixture"), new MixturePolicy())),
                        sources),
                JSON.treeToValue(json.path("ledger"), LedgerPosition.class));
    }

    /** Writes the state of a checkpoint. */
    void write(Path folder) throws IOException {
        BufferFile.write(folder.resolve(BUFFERS), feed);
        describeTo(folder);
    }

    /** Writes the state without the latents of its buffers. */
    void describeTo(Path folder) throws IOException {
        ObjectNode json = JSON.createObjectNode()
                .put("version", VERSION)
                .put("run", run)
                .put("step", feed.step())
                .put("samples", feed.samples())
                .put("mixturePolicy", feed.policy().version());
        json.set("mixture", json(feed.policy().policy()));
        json.set("facts", json(feed.run()));
        json.set("ledger", JSON.valueToTree(ledger));
        json.set("sources", JSON.valueToTree(feed.sources()));
        Path unused = AtomicFile.write(
                folder.resolve(FILE), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    LatentFormat format() {
        LedgerRun facts = feed.run();
        return new LatentFormat(facts.getEncoderId(), facts.getShape(), facts.getType());
    }

    private static <R extends SpecificRecordBase> JsonNode json(R record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonEncoder encoder = EncoderFactory.get().jsonEncoder(record.getSchema(), bytes);
        new SpecificDatumWriter<R>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return JSON.readTree(bytes.toByteArray());
    }

    private static <R extends SpecificRecordBase> R avro(JsonNode json, R empty) throws IOException {
        try {
            String complete = complete(json, empty.getSchema()).toString();
            return new SpecificDatumReader<R>(empty.getSchema())
                    .read(empty, DecoderFactory.get().jsonDecoder(empty.getSchema(), complete));
        } catch (org.apache.avro.AvroRuntimeException broken) {
            throw new IllegalArgumentException(broken.getMessage(), broken);
        }
    }

    /** Adds the defaults of fields that an earlier version did not write, which Avro's JSON requires. */
    private static JsonNode complete(JsonNode json, Schema schema) {
        if (json instanceof ObjectNode written) {
            ObjectNode complete = written.deepCopy();
            for (Schema.Field field : schema.getFields()) {
                if (field.hasDefaultValue() && !complete.has(field.name())) {
                    complete.set(field.name(), JSON.valueToTree(field.defaultVal()));
                }
            }
            return complete;
        }
        return json;
    }
}
