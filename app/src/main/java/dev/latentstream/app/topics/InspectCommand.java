package dev.latentstream.app.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.settings.Checks;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints decoded records of a topic. */
@Command(name = "inspect", description = "Print decoded records of a topic, the newest ones by default.")
public final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(index = "0", paramLabel = "TOPIC", description = "Full name of the topic, for example images-rejected.")
    private String topic = "";

    @Option(
            names = "--max",
            paramLabel = "N",
            description = "Maximum number of records. Default: ${DEFAULT-VALUE}",
            defaultValue = "10")
    private int max;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @ArgGroup
    private From from = new From();

    @Override
    public Integer call() throws Exception {
        Usage.requireTopic(spec, topic);
        Usage.requireValid(spec, () -> Checks.atLeast("max", max, 1));
        KafkaConnection connection = cluster.connection();
        try (TopicReader reader = new TopicReader(connection);
                Deserializer<GenericRecord> deserializer = connection.genericDeserializer()) {
            List<ConsumerRecord<String, byte[]>> records =
                    from.beginning ? reader.first(topic, max) : reader.last(topic, max);
            RecordJson view = new RecordJson(deserializer);
            for (ConsumerRecord<String, byte[]> record : records) {
                print(view.of(record));
            }
            if (!from.beginning) {
                reader.hidden(topic)
                        .forEach(hidden -> spec.commandLine().getErr().println(hidden));
            }
        }
        return 0;
    }

    private void print(ObjectNode record) throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        ObjectMapper mapper = new ObjectMapper();
        if (json) {
            out.println(mapper.writeValueAsString(record));
            return;
        }
        ObjectWriter indented = mapper.writerWithDefaultPrettyPrinter();
        out.printf(
                "%s/%s@%s  %s  %s  %s%n%s%n%n",
                record.path("topic").asText(),
                record.path("partition"),
                record.path("offset"),
                record.path("time").asText(),
                record.path("key").asText(),
                record.path("headers"),
                indented.writeValueAsString(record.path("value")));
    }

    /** The end of the topic to read from. */
    static final class From {
        @Option(names = "--from-beginning", description = "Print the oldest records.")
        private boolean beginning;

        @Option(names = "--latest", description = "Print the newest records (the default).")
        void latest(boolean wanted) {
            beginning = !wanted;
        }
    }
}
