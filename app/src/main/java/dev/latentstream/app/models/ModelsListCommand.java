package dev.latentstream.app.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.latentstream.app.cli.TextTable;
import dev.latentstream.models.backbone.ModelCost;
import dev.latentstream.models.backbone.Preset;
import dev.latentstream.models.backbone.UNetPresets;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints every named network with its size and cost. */
@Command(
        name = "list",
        description = {
            "Print every named network with its size, computed from shapes alone. scenes-unet comes with its weights.",
            "GMACs: billions of multiplications and additions for one image of 256 x 256 pixels (a latent of 32 x 32), in"
                    + " linear layers and convolutions; products of queries, keys and values do not count.",
            "Memory, in GB of 10^9 bytes, is what training needs at any batch size, without activations. In fp32 it is"
                    + " 20 bytes per parameter: 4 each for the weight, its gradient, two moments of AdamW and the average;"
                    + " in bf16 it is 22: the same, and a copy of the weight in bf16 to compute with."
        })
final class ModelsListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "Print JSON, with whole numbers.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(array().toPrettyString());
        } else {
            table().lines().forEach(out::println);
        }
        return 0;
    }

    /** Returns the presets, which have random weights, and the shipped network. */
    private static List<Preset> presets() {
        return Stream.concat(Preset.all().stream(), Stream.of(UNetPresets.shipped()))
                .toList();
    }

    private static ArrayNode array() {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Preset preset : presets()) {
            ModelCost size = preset.cost();
            array.addObject()
                    .put("name", preset.name())
                    .put("parameters", size.parameters())
                    .put("macs", size.macs())
                    .put("training_bytes_fp32", size.trainingBytes())
                    .put("training_bytes_bf16", size.mixedTrainingBytes());
        }
        return array;
    }

    private static TextTable table() {
        TextTable table = new TextTable("Network", "parameters", "GMACs", "GB in fp32", "GB in bf16");
        for (Preset preset : presets()) {
            ModelCost size = preset.cost();
            table.row(
                    preset.name(),
                    String.format(Locale.ROOT, "%,d", size.parameters()),
                    giga(size.macs()),
                    giga(size.trainingBytes()),
                    giga(size.mixedTrainingBytes()));
        }
        return table;
    }

    private static String giga(long number) {
        return String.format(Locale.ROOT, "%.1f", number / 1e9);
    }
}
