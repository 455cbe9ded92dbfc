package dev.latentstream.app.source;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.runtime.settings.Checks;
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
    private static final int SMALLEST = 8;
    private static final int LARGEST = 4096;

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
        options.run(Usage.requireValid(spec, this::source), spec.commandLine().getOut());
        return 0;
    }

    private ImageSource source() {
        Checks.between("size", size, SMALLEST, LARGEST);
        if (count != null) {
            Checks.atLeast("count", count, 0);
        }
        long end = count == null ? Long.MAX_VALUE : count;
        return SourceChoice.scenes(options.name(SourceChoice.SCENES), seed, end, objects, size);
    }
}
