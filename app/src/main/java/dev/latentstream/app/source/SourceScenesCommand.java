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

/** Sends drawn scenes. */
@Command(name = "scenes", description = "Draw scenes and send them, each with an alt text as poor as those on the web.")
final class SourceScenesCommand implements Callable<Integer> {
    private static final int SMALLEST = 8;
    private static final int LARGEST = 4096;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SourceOptions options = new SourceOptions();

    @Option(names = "--count", paramLabel = "N", description = "Number of scenes. Default: endless")
    private @Nullable Long count;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Seed of the scenes. Default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private long seed;

    @Option(
            names = "--objects",
            paramLabel = "N",
            description = "Maximum number of objects in a scene, 1 to 6. Default: ${DEFAULT-VALUE}",
            defaultValue = "6")
    private int objects;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Side of an image, in pixels. Default: ${DEFAULT-VALUE}",
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
