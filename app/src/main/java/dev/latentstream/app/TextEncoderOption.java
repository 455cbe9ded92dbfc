package dev.latentstream.app;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which text encoder a trainer works with. */
final class TextEncoderOption {
    @Option(
            names = "--text-encoder",
            paramLabel = "DIR",
            description =
                    "CLIP's text tower: a transformers folder, or a diffusers pipeline of Stable Diffusion or SDXL."
                            + " Default: that of the settings, else the shipped encoder")
    private @Nullable Path folder;

    Optional<Path> folder() {
        return Optional.ofNullable(folder).map(Paths::requireFolder);
    }
}
