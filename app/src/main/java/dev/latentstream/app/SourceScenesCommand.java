package dev.latentstream.app;

import dev.latentstream.ingest.sources.ImageSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Delivers drawn scenes. */
@Command(
        name = "scenes",
        description = "Draw scenes and deliver them, each with the poor alt text that the web is full of.")
final class SourceScenesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SourceOptions options = new SourceOptions();

    @Option(names = "--count", paramLabel = "N", description = "How many; endless without it.")
    private @Nullable Long count;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Decides what is drawn. Default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private long seed;

    @Option(
            names = "--objects",
            paramLabel = "N",
            description = "Most objects in a scene, 1 to 6. Default: ${DEFAULT-VALUE}",
            defaultValue = "6")
    private int objects;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Side of a picture. Default: ${DEFAULT-VALUE}",
            defaultValue = "64")
    private int size;

    @Override
    public Integer call() throws Exception {
        long end = count == null ? Long.MAX_VALUE : count;
        ImageSource source = Usage.checked(
                spec, () -> SourceChoice.scenes(options.name(SourceChoice.SCENES), seed, end, objects, size));
        options.run(source, spec.commandLine().getOut());
        return 0;
    }
}
