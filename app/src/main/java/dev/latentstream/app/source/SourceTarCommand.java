package dev.latentstream.app.source;

import dev.latentstream.app.cli.Paths;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.TarSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends the images of WebDataset shards. */
@Command(
        name = "tar",
        description =
                "Send the images of WebDataset shards, plain or compressed (gzip, zstd, bzip2); .txt and .caption members are alt texts,"
                        + " .json and .cls members attributes.")
final class SourceTarCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SourceOptions options = new SourceOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "The shards, in order; - is standard input. In quotes, * and {000..099} are expanded here rather than by the"
                            + " shell. The source is called tar, unless --name is given.")
    private List<String> shards = List.of();

    @Override
    public Integer call() throws Exception {
        String name = options.name(SourceChoice.TAR);
        int maxBytes = options.settings().ingest().bounds().maxImageBytes();
        options.run(source(name, maxBytes), spec.commandLine().getOut());
        return 0;
    }

    private ImageSource source(String name, int maxBytes) throws IOException {
        if (shards.equals(List.of(STANDARD_INPUT))) {
            return TarSource.ofStream(name, "stdin:" + name, System.in, options.extensions(), maxBytes);
        }
        return new TarSource(name, files(), options.extensions(), maxBytes);
    }

    private List<Path> files() throws IOException {
        if (shards.contains(STANDARD_INPUT)) {
            throw new ParameterException(spec.commandLine(), "- (standard input) cannot be given with other shards");
        }
        try {
            List<Path> files = ShardPaths.expand(shards);
            files.forEach(Paths::requireFile);
            return files;
        } catch (IllegalArgumentException none) {
            throw new ParameterException(spec.commandLine(), String.valueOf(none.getMessage()), none);
        }
    }
}
