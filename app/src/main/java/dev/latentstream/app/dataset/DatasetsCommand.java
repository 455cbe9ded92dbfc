package dev.latentstream.app.dataset;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.latentstream.app.cli.TextTable;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.trainer.dataset.DatasetCatalog;
import java.io.PrintWriter;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints every dataset. */
@Command(name = "list", description = "Print every dataset with its size.")
final class DatasetsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(names = "--json", description = "Print a JSON array.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        SortedMap<String, Dataset> datasets = new DatasetCatalog(cluster.connection(), DatasetView.PATIENCE).all();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            datasets.forEach((name, dataset) -> array.add(DatasetView.json(name, dataset)));
            out.println(array.toPrettyString());
            return 0;
        }
        TextTable table = new TextTable("dataset", "sources", "latents", "frozen", "author", "checksum");
        datasets.forEach((name, dataset) -> table.row(
                name,
                dataset.getSources().size(),
                DatasetView.latents(dataset),
                dataset.getTime(),
                dataset.getAuthor(),
                dataset.getChecksum().substring(0, 12)));
        table.lines().forEach(out::println);
        return 0;
    }
}
