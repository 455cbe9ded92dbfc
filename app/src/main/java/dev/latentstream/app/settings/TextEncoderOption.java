package dev.latentstream.app.settings;

import dev.latentstream.app.cli.Paths;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The text encoder of a trainer. */
public final class TextEncoderOption {
    @Option(
            names = "--text-encoder",
            paramLabel = "DIR",
            description =
                    "CLIP text encoder: a transformers folder, or a diffusers pipeline of Stable Diffusion or SDXL."
                            + " Default: that of the settings, else the shipped encoder")
    private @Nullable Path folder;

    public Optional<Path> folder() {
        return Optional.ofNullable(folder).map(Paths::requireFolder);
    }
}
