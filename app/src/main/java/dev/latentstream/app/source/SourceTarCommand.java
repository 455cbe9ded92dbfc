package dev.latentstream.app.source;

import dev.latentstream.app.cli.Paths;
import dev.latentstream.ingest.sources.TarSource;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends the images of WebDataset shards. */
@Command(
        name = "tar",
        description =
                "Send the images of WebDataset shards; .txt and .caption members are alt texts, .json members attributes.")
final class SourceTarCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SourceOptions options = new SourceOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "The shards, in order. The source is called tar, unless --name is given.")
    private List<Path> shards = List.of();

    @Override
    public Integer call() throws Exception {
        String name = options.name(SourceChoice.TAR);
        int most = options.settings().ingest().bounds().maxImageBytes();
        shards.forEach(Paths::requireFile);
        options.run(
                new TarSource(name, shards, options.extensions(), most),
                spec.commandLine().getOut());
        return 0;
    }
}
