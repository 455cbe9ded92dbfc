package dev.latentstream.app.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.bench.measure.MedianAndRange;
import dev.latentstream.app.cli.DeviceOption;
import dev.latentstream.app.cli.StopSignal;
import dev.latentstream.app.cli.TextTable;
import dev.latentstream.app.cli.ThreadsOption;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.models.ModelBenchmark;
import dev.latentstream.models.ModelBenchmark.Measured;
import dev.latentstream.models.diffusion.StepComputation;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the networks alone. */
@Command(
        name = "models",
        description = {
            "Time networks of random weights: forward passes, whole training steps (forward, backward, clipping, AdamW, average),",
            "the VAE's encoder and a captioner. tools/reference/bench.py runs the same in PyTorch, in turns with this command.",
            "Memory is the peak of the process since the case started; for the peak of one case alone, measure only that case."
        })
final class BenchModelsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--case",
            paramLabel = "CASE",
            split = ",",
            description = "Measure only these: ${COMPLETION-CANDIDATES}. Default: all")
    private Set<ModelBenchmark> cases = EnumSet.allOf(ModelBenchmark.class);

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Measured rounds of a case, after three of warm-up. Default: ${DEFAULT-VALUE}",
            defaultValue = "10")
    private int rounds;

    @Option(
            names = "--multiplications",
            paramLabel = "TYPE",
            description = "Type to multiply in: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}",
            defaultValue = "FLOAT32")
    private StepComputation.Arithmetic multiplications = StepComputation.Arithmetic.FLOAT32;

    @Option(names = "--recompute", description = "Recompute blocks in the backward pass, for less memory.")
    private boolean recompute;

    @Option(
            names = "--micro-batch",
            paramLabel = "N",
            description = "Maximum number of samples of a step in one forward pass. Default: all",
            defaultValue = "0")
    private int microBatch;

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        ModelBenchmark.Setup setup = Usage.requireValid(spec, this::setup);
        threads.apply();
        TextTable table = new TextTable("Case", "median ms", "range", "peak MB");
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        try (StopSignal stop = StopSignal.ofProcess()) {
            for (ModelBenchmark one : cases) {
                spec.commandLine().getErr().println("bench: " + one);
                Measured measured = one.measure(setup, stop::isRequested);
                if (measured.millis().size() < rounds) {
                    spec.commandLine().getErr().println("bench: stopped");
                    return 1;
                }
                add(table, array, one.toString(), measured);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(array.toPrettyString());
        } else {
            table.lines().forEach(out::println);
        }
        return 0;
    }

    private static void add(TextTable table, ArrayNode array, String name, Measured measured) {
        MedianAndRange millis = MedianAndRange.of(measured.millis());
        table.row(
                name,
                String.format(Locale.ROOT, "%.1f", millis.median()),
                millis.range("%.1f"),
                measured.peakBytes() == 0 ? "-" : Long.toString(measured.peakBytes() / 1_000_000));
        ObjectNode node = array.addObject().put("case", name).put("median_ms", millis.median());
        measured.millis().forEach(node.putArray("ms")::add);
        node.put("peak_bytes", measured.peakBytes());
    }

    private ModelBenchmark.Setup setup() {
        return new ModelBenchmark.Setup(
                rounds, new StepComputation(multiplications, recompute, microBatch), device.device());
    }
}
