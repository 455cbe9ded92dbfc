package dev.latentstream.app.deadletters;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.kafka.DeadLetter;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.settings.Checks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints one dead letter. */
@Command(name = "show", description = "Print where a dead letter came from, why, and its headers; write its value.")
final class DlqShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(index = "0", paramLabel = "TOPIC", description = "Topic, or its dead-letter topic.")
    private String topic = "";

    @Parameters(index = "1", paramLabel = "OFFSET", description = "Offset in the dead-letter topic.")
    private long offset;

    @Option(
            names = "--partition",
            paramLabel = "P",
            defaultValue = "0",
            description = "Partition of the dead-letter topic. Default: ${DEFAULT-VALUE}")
    private int partition;

    @Option(names = "--to", paramLabel = "FILE", description = "Write the value to this file, byte for byte.")
    private @Nullable Path file;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Usage.requireValid(spec, () -> Checks.atLeast("offset", offset, 0));
        Usage.requireValid(spec, () -> Checks.atLeast("partition", partition, 0));
        Usage.requireTopic(spec, topic);
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection).ensure(List.of(connection.topics().replays()));
        Letter letter = letter(connection);
        boolean replayed = Replays.read(connection).contains(letter.key());
        ObjectNode object = object(letter, replayed);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(object.toPrettyString());
        } else {
            object.properties()
                    .forEach(field -> out.println("%-11s %s"
                            .formatted(
                                    field.getKey(),
                                    field.getValue().isTextual()
                                            ? field.getValue().asText()
                                            : field.getValue())));
        }
        if (file != null) {
            write(letter, file);
        }
        return 0;
    }

    private Letter letter(KafkaConnection connection) throws InterruptedException {
        AtomicReference<Letter> found = new AtomicReference<>();
        Set<String> letters;
        try (LetterReader reader = new LetterReader(connection)) {
            letters = reader.topics(List.of(topic));
            reader.read(letters, letter -> {
                if (letter.record().offset() == offset && letter.record().partition() == partition) {
                    found.set(letter);
                }
            });
        }
        @Nullable Letter letter = found.get();
        if (letter == null) {
            throw new Failure("%s-%d has no record at offset %d"
                    .formatted(letters.iterator().next(), partition, offset));
        }
        return letter;
    }

    private static ObjectNode object(Letter letter, boolean replayed) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("letter", letter.place());
        object.put("time", letter.time().toString());
        object.put("replayed", replayed);
        letter.parsed().ifPresent(parsed -> {
            object.put("from", "%s-%d offset %d".formatted(parsed.topic(), parsed.partition(), parsed.offset()));
            object.put("stage", parsed.stage());
            object.put("attempt", parsed.attempt());
            object.put("error", parsed.exception());
            object.put("message", parsed.message());
        });
        object.put("key", hex(letter.record().key()));
        object.put("value", size(letter.record().value()));
        ArrayNode headers = object.putArray("headers");
        List<Header> original = letter.parsed()
                .map(DeadLetter::headers)
                .orElseGet(() -> List.of(letter.record().headers().toArray()));
        original.forEach(header -> headers.addObject().put("name", header.key()).put("value", hex(header.value())));
        letter.parsed().ifPresent(parsed -> object.put("stack_trace", parsed.stackTrace()));
        return object;
    }

    private static @Nullable String hex(byte @Nullable [] bytes) {
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }

    private static @Nullable String size(byte @Nullable [] bytes) {
        return bytes == null ? null : "%d bytes".formatted(bytes.length);
    }

    private static void write(Letter letter, Path to) throws IOException {
        byte @Nullable [] value = letter.record().value();
        if (value == null) {
            throw new Failure("%s has no value: it is a tombstone".formatted(letter.place()));
        }
        Files.write(to, value);
    }
}
