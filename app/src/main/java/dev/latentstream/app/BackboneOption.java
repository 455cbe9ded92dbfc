package dev.latentstream.app;

import dev.latentstream.models.Scale;
import dev.latentstream.trainer.BackboneSettings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which network a new run trains. */
final class BackboneOption {
    @Option(
            names = "--backbone",
            paramLabel = "NAME",
            description =
                    "Train the network of this name (latentstream models list). Default: that of the settings, else a"
                            + " small UNet")
    private @Nullable String name;

    @Option(
            names = "--scale",
            paramLabel = "SCALE",
            description =
                    "Its size: ${COMPLETION-CANDIDATES}; tiny keeps its structure, for a processor. Default: full")
    private Scale scale = Scale.FULL;

    /** Empty where no name is given. */
    Optional<BackboneSettings> settings() {
        return Optional.ofNullable(name).map(given -> new BackboneSettings(given, scale));
    }
}
