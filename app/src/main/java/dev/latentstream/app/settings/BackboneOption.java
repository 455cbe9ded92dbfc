package dev.latentstream.app.settings;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.models.backbone.ModelSize;
import dev.latentstream.trainer.BackboneSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which network a new run trains. */
public final class BackboneOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--backbone",
            paramLabel = "NAME|DIR",
            description =
                    "Train the network of this name (latentstream models list), or a trained one further: scenes-unet, which is"
                            + " shipped, or a diffusers folder (or pipeline). Default: that of the settings, else a small UNet")
    private @Nullable String network;

    @Option(
            names = "--scale",
            paramLabel = "SCALE",
            description = "Size of a network that has a name: ${COMPLETION-CANDIDATES}; tiny keeps its structure, for a"
                    + " processor. Default: full")
    private @Nullable ModelSize scale;

    /** Refuses what is neither the name of a network nor a folder. */
    public void check() {
        if (network != null) {
            BackboneSettings unused = over(new BackboneSettings());
        }
    }

    /** The settings, with what the options say in their place. */
    public BackboneSettings over(BackboneSettings settings) {
        return Usage.requireValid(command, () -> {
            if (network != null) {
                ModelSize size = scale == null ? ModelSize.FULL : scale;
                Path folder = Path.of(network);
                return Files.isDirectory(folder)
                        ? new BackboneSettings(null, folder, size)
                        : new BackboneSettings(network, null, size);
            } else if (scale == null) {
                return settings;
            } else if (settings.name() == null) {
                throw new IllegalArgumentException(
                        "--scale %s is of a network that has a name: --backbone".formatted(scale));
            } else {
                return new BackboneSettings(settings.name(), null, scale);
            }
        });
    }
}
