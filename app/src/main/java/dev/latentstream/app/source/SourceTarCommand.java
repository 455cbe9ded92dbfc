package dev.latentstream.app.source;

import dev.latentstream.app.cli.Paths;
import dev.latentstream.ingest.fetch.Downloads;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.ShardInput;
import dev.latentstream.ingest.sources.TarSource;
import dev.latentstream.ingest.sources.urls.HttpShard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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
                "Send the images of WebDataset shards, files or URLs, plain or compressed (gzip, zstd, bzip2); .txt and .caption members"
                        + " are alt texts, .json and .cls members attributes.")
final class SourceTarCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";
    private static final Pattern URL = Pattern.compile("https?://", Pattern.CASE_INSENSITIVE);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SourceOptions options = new SourceOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "The shards, in order: files, or URLs of http and https; - is standard input. In quotes, * (of files) and {000..099}"
                            + " are expanded here rather than by the shell. The source is called tar, unless --name is given.")
    private List<String> shards = List.of();

    @Override
    public Integer call() throws Exception {
        String name = options.name(SourceChoice.TAR);
        int maxBytes = options.settings().ingest().bounds().maxImageBytes();
        if (shards.equals(List.of(STANDARD_INPUT))) {
            run(TarSource.ofStream(name, "stdin:" + name, System.in, options.extensions(), maxBytes));
            return 0;
        }
        try (Downloads downloads = Downloads.start(options.settings().ingest().fetch())) {
            run(TarSource.ofInputs(name, inputs(downloads), options.extensions(), maxBytes));
        }
        return 0;
    }

    private void run(ImageSource source) throws IOException, InterruptedException {
        options.run(source, spec.commandLine().getOut());
    }

    /** Expands the names, in their order. */
    private List<ShardInput> inputs(Downloads downloads) throws IOException {
        if (shards.contains(STANDARD_INPUT)) {
            throw new ParameterException(spec.commandLine(), "- (standard input) cannot be given with other shards");
        }
        try {
            List<ShardInput> inputs = new ArrayList<>();
            for (String shard : shards) {
                if (URL.matcher(shard).lookingAt()) {
                    ShardPaths.names(shard).forEach(url -> inputs.add(new HttpShard(downloads, url)));
                } else {
                    ShardPaths.expand(List.of(shard)).forEach(file -> {
                        Paths.requireFile(file);
                        inputs.add(new ShardInput.OfFile(file));
                    });
                }
            }
            return inputs;
        } catch (IllegalArgumentException none) {
            throw new ParameterException(spec.commandLine(), String.valueOf(none.getMessage()), none);
        }
    }
}
