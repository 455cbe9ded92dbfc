package dev.latentstream.app.settings;

import dev.latentstream.app.cli.Paths;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which autoencoder a command works with. */
public final class VaeOption {
    @Option(
            names = "--vae",
            paramLabel = "DIR",
            description =
                    "Autoencoder: a diffusers folder (or pipeline), or one of TAESD's layout. Default: that of the"
                            + " settings, else the shipped one")
    private @Nullable Path folder;

    public Optional<Path> folder() {
        return Optional.ofNullable(folder).map(Paths::requireFolder);
    }
}
