package dev.latentstream.app.dataset;

import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.trainer.dataset.DatasetCatalog;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the manifest of a dataset. */
@Command(name = "show", description = "Print the topics, offsets and checksums of a dataset.")
final class ShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(paramLabel = "NAME", description = "Name of the dataset.")
    private String name = "";

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Dataset dataset = new DatasetCatalog(cluster.connection(), DatasetView.PATIENCE).named(name);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(DatasetView.json(name, dataset).toPrettyString());
        } else {
            DatasetView.lines(name, dataset).forEach(out::println);
        }
        return 0;
    }
}
