package dev.latentstream.app.source;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.ingest.sources.topic.RecordFields;
import dev.latentstream.ingest.sources.topic.TopicSource;
import dev.latentstream.ingest.sources.topic.ValueFormat;
import dev.latentstream.runtime.kafka.KafkaConnection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends the images of a Kafka topic. */
@Command(
        name = "topic",
        description =
                "Send the images that another program writes to a Kafka topic of the same cluster, until it is stopped.")
final class SourceTopicCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SourceOptions options = new SourceOptions();

    @Parameters(
            index = "0",
            paramLabel = "TOPIC",
            description = "The topic. The source has its name, unless --name is given.")
    private String topic = "";

    @Option(
            names = "--value",
            paramLabel = "FORMAT",
            description =
                    "Format of the values: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}, the value is the image",
            defaultValue = "RAW")
    private ValueFormat format = ValueFormat.RAW;

    @Option(
            names = "--image",
            paramLabel = "FIELD",
            description =
                    "Field of the image, bytes or base64: names separated by dots, `a.b` for a name with dots, a[0] for an element; . is the value itself.")
    private String image = "";

    @Option(
            names = "--text",
            paramLabel = "PART",
            description =
                    "Text: a field of the value, key or header:NAME; may be repeated. A field named key is value:key.")
    private List<String> texts = List.of();

    @Option(names = "--uri", paramLabel = "PART", description = "URI, as --text. Default: topic, partition and offset")
    private @Nullable String uri;

    @Option(
            names = "--source",
            paramLabel = "PART",
            description = "Name of the image's own source, as --text. Default: the name of this source")
    private @Nullable String source;

    @Option(
            names = "--attribute",
            paramLabel = "PART",
            description = "Part, as --text, that becomes an attribute of its last name; may be repeated.")
    private List<String> attributes = List.of();

    @Option(names = "--header", paramLabel = "NAME", description = "Header that becomes an attribute; may be repeated.")
    private List<String> headers = List.of();

    @Option(names = "--key", paramLabel = "NAME", description = "Attribute that the key becomes.")
    private @Nullable String key;

    @Option(names = "--until-end", description = "End where the topic ends now, instead of following it.")
    private boolean untilEnd;

    @Override
    public Integer call() throws Exception {
        String name = options.name(SourceChoice.nameOf(Usage.requireTopic(spec, topic)));
        RecordFields fields = Usage.requireValid(spec, this::fields);
        PipelineSettings settings = options.settings();
        int maxBytes = settings.ingest().bounds().maxImageBytes();
        KafkaConnection connection = new KafkaConnection(settings.kafka());
        options.run(
                TopicSource.of(name, connection, topic, !untilEnd, fields, maxBytes),
                spec.commandLine().getOut());
        return 0;
    }

    private RecordFields fields() {
        return new RecordFields(
                format,
                image,
                texts,
                Optional.ofNullable(uri),
                Optional.ofNullable(source),
                attributes,
                headers,
                Optional.ofNullable(key));
    }
}
