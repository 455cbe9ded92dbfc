package dev.latentstream.app.topics;

import dev.latentstream.app.settings.ConnectionOptions;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs Kafka's own tools, so that topics and groups can be inspected without installing Kafka. */
@Command(
        name = "kafka",
        description = {
            "Run one of Kafka's own tools.",
            "The address of the running broker is added unless the arguments have a --bootstrap-server."
        })
public final class KafkaCommand implements Callable<Integer> {
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(
            index = "0",
            paramLabel = "TOOL",
            description = "One of: ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private String tool = "";

    @Parameters(index = "1..*", paramLabel = "ARGS", description = "The tool's own arguments; try --help.")
    private List<String> arguments = List.of();

    /** Passes everything after the name of a tool on to it, options included. */
    @Spec
    void spec(CommandSpec given) {
        spec = given;
        given.parser().stopAtPositional(true).unmatchedOptionsArePositionalParams(true);
    }

    @Override
    public Integer call() throws Exception {
        KafkaTool chosen = KafkaTool.named(tool)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "%s is not one of %s".formatted(tool, String.join(", ", Names.all()))));
        chosen.run(chosen.withAddress(arguments, cluster.kafka().bootstrapServers()));
        return 0;
    }

    /** The names of the tools, for help and completion. */
    static final class Names implements Iterable<String> {
        static List<String> all() {
            return Arrays.stream(KafkaTool.values()).map(KafkaTool::toolName).collect(Collectors.toList());
        }

        @Override
        public Iterator<String> iterator() {
            return all().iterator();
        }
    }
}
