package dev.latentstream.app.settings;

import dev.latentstream.app.cli.Paths;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The autoencoder of a command. */
public final class VaeOption {
    @Option(
            names = "--vae",
            paramLabel = "DIR",
            description =
                    "Autoencoder: a diffusers folder (or pipeline), or one in TAESD's layout. Default: that of the"
                            + " settings, else the shipped one")
    private @Nullable Path folder;

    public Optional<Path> folder() {
        return Optional.ofNullable(folder).map(Paths::requireFolder);
    }
}
