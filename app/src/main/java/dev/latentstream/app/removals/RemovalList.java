package dev.latentstream.app.removals;

import dev.latentstream.app.cli.Paths;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.schemas.ImageId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The image ids of a command, without repetitions. */
record RemovalList(Collection<String> all) {
    /** Reads the ids among the arguments and in a file; each must be an image id, so that no removal misses its image. */
    static RemovalList read(List<String> arguments, @Nullable Path file, CommandSpec spec) throws IOException {
        Set<String> all = new LinkedHashSet<>();
        for (String argument : arguments) {
            all.add(Usage.requireValid(spec, () -> ImageId.require(argument)));
        }
        if (file != null) {
            int number = 0;
            for (String line : Paths.lines(file)) {
                number++;
                String text = line.replaceFirst("#.*", "").strip();
                int at = number;
                if (!text.isEmpty()) {
                    all.add(Usage.requireValid(spec, () -> require(text, file, at)));
                }
            }
        }
        if (all.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    file == null
                            ? "No image ids: give them, or a file with --list"
                            : "%s has no image ids".formatted(file));
        }
        return new RemovalList(List.copyOf(all));
    }

    private static String require(String text, Path file, int line) {
        try {
            return ImageId.require(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("%s, line %d: %s".formatted(file, line, wrong.getMessage()), wrong);
        }
    }
}
