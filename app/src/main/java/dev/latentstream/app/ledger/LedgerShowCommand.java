package dev.latentstream.app.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.ledger.RunOption.Opened;
import dev.latentstream.runtime.AtomicFile;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.LedgerStep;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the samples of one step. */
@Command(
        name = "show",
        description =
                "Print the samples of one step: image, caption, source, place in the log, and the policy in force.")
final class LedgerShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private RunOption run = new RunOption();

    @Mixin
    private StepImages images = new StepImages();

    @Option(names = "--step", paramLabel = "N", required = true, description = "Step of the run, from 1.")
    private long step;

    @Option(
            names = "--pictures",
            paramLabel = "FILE.png",
            description = "Write the images of the step, decoded from their latents, in the order of the batch.")
    private @Nullable Path pictures;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Usage.requireValid(spec, () -> Checks.atLeast("step", step, 1));
        run.read(this::show);
        return 0;
    }

    private void show(Opened opened) throws IOException {
        LedgerStep record = find(opened);
        List<SampleRow> rows = opened.rows().of(List.of(record));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(opened.run(), record, rows).toPrettyString());
        } else {
            print(out, opened.run(), record, rows);
        }
        Path file = pictures;
        if (file != null) {
            byte[] png = images.png(run.cluster(), opened, record);
            Path unused = AtomicFile.isReplaceable(file) ? AtomicFile.write(file, png) : Files.write(file, png);
            spec.commandLine().getErr().println("wrote " + file);
        }
    }

    private LedgerStep find(Opened opened) throws IOException {
        List<LedgerStep> found = new ArrayList<>();
        opened.ledger().steps(opened.run(), step, step, read -> {
            found.add(read);
            return false;
        });
        if (found.isEmpty()) {
            throw new Failure("the ledger has no step %d of the run %s; it has the steps %d to %d"
                    .formatted(
                            step,
                            opened.run().run(),
                            opened.run().firstStep(),
                            opened.run().lastStep()));
        }
        return found.get(0);
    }

    private static ObjectNode json(RunSteps run, LedgerStep step, List<SampleRow> rows) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("run", run.run());
        node.put("step", step.getStep());
        node.put("mixture_policy", step.getMixturePolicy());
        ArrayNode samples = node.putArray("samples");
        rows.forEach(row -> samples.add(SampleColumn.json(row)));
        return node;
    }

    private static void print(PrintWriter out, RunSteps run, LedgerStep step, List<SampleRow> rows) {
        out.println("run %s, step %d: %d samples, mixture policy %d"
                .formatted(run.run(), step.getStep(), rows.size(), step.getMixturePolicy()));
        for (SampleRow row : rows) {
            out.println("%4d  %s  %s  image %s%s%s"
                    .formatted(
                            row.index(),
                            row.source(),
                            row.place(),
                            row.imageId(),
                            row.stays() ? "  stays in its buffer" : "",
                            untrained(row)));
            out.println("      " + caption(row));
        }
    }

    /** The end of the line of a sample that was drawn and then left out. */
    static String untrained(SampleRow row) {
        return row.skipped() ? "  not trained: removed" : "";
    }

    static String caption(SampleRow row) {
        if (row.captionIndex() < 0) {
            return "no caption (dropped)";
        }
        String caption = row.caption();
        if (caption == null) {
            return "caption %d: the log no longer has it".formatted(row.captionIndex());
        }
        return "\"%s\" (%s)".formatted(caption, row.level() == null ? "alt text" : row.level());
    }
}
