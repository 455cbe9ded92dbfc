package dev.latentstream.app.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the steps that saw an image. */
@Command(name = "uses", description = "Print the steps that drew an image, with the caption that it had in each.")
final class LedgerUsesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(index = "0", paramLabel = "IMAGE-ID", description = "Image id: 64 hexadecimal digits.")
    private String image = "";

    @Option(names = "--run", paramLabel = "R", description = "Name of the run. Default: every run in the ledger")
    private @Nullable String run;

    @Option(names = "--json", description = "Print a JSON array.")
    private boolean json;

    private final ArrayNode uses = JsonNodeFactory.instance.arrayNode();

    @Override
    public Integer call() throws Exception {
        if (!image.matches("[0-9a-f]{64}")) {
            throw new ParameterException(
                    spec.commandLine(), "image id \"%s\" is not 64 hexadecimal digits".formatted(image));
        }
        KafkaConnection connection = cluster.connection();
        PrintWriter out = spec.commandLine().getOut();
        try (TopicReader topics = new TopicReader(connection);
                LedgerReader ledger = new LedgerReader(connection, topics);
                LatentLog latents = LatentLog.open(connection)) {
            Collection<RunSteps> runs = run == null ? ledger.runs().values() : List.of(ledger.run(run));
            long found = 0;
            for (RunSteps steps : runs) {
                found += uses(steps, ledger, new SampleRows(steps, connection.topics(), latents), out);
            }
            if (json) {
                out.println(uses.toPrettyString());
            } else if (found == 0) {
                out.println("no step drew %s".formatted(image));
            }
        }
        return 0;
    }

    private long uses(RunSteps steps, LedgerReader ledger, SampleRows rows, PrintWriter out) throws IOException {
        long[] found = {0};
        ledger.steps(steps, 1, Long.MAX_VALUE, step -> {
            if (step.getSamples().stream().anyMatch(sample -> sample.getImage().equals(image))) {
                rows.of(List.of(step)).stream()
                        .filter(row -> row.imageId().equals(image))
                        .forEach(row -> {
                            found[0]++;
                            print(row, out);
                        });
            }
            return true;
        });
        return found[0];
    }

    private void print(SampleRow row, PrintWriter out) {
        if (json) {
            uses.add(SampleColumn.json(row));
            return;
        }
        out.println("run %s, step %d, sample %d: %s  %s%s"
                .formatted(
                        row.run(),
                        row.step(),
                        row.index(),
                        row.place(),
                        LedgerShowCommand.caption(row),
                        LedgerShowCommand.untrained(row)));
    }
}
