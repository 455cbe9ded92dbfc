package dev.latentstream.app;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which autoencoder a command works with. */
final class VaeOption {
    @Option(
            names = "--vae",
            paramLabel = "DIR",
            description =
                    "Autoencoder: a diffusers folder (or pipeline), or one of TAESD's layout. Default: that of the"
                            + " settings, else the shipped one")
    private @Nullable Path folder;

    Optional<Path> folder() {
        return Optional.ofNullable(folder).map(Paths::requireFolder);
    }
}
