package dev.latentstream.app.settings;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.models.backbone.ModelSize;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.trainer.BackboneSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The network that a new run trains. */
public final class BackboneOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--backbone",
            paramLabel = "NAME|DIR",
            description =
                    "Network to train: a name of latentstream models list, with random weights; or trained weights to continue"
                            + " from: scenes-unet, which is shipped, or a diffusers folder (or pipeline). Default: the"
                            + " network of the settings, else a small UNet")
    private @Nullable String network;

    @Option(
            names = "--scale",
            paramLabel = "SCALE",
            description =
                    "Size of a network given by name: ${COMPLETION-CANDIDATES}; tiny has the same structure and trains on"
                            + " a CPU. Default: full")
    private @Nullable ModelSize scale;

    /** Requires the name of a network, or a folder. */
    public void check() {
        if (network != null) {
            BackboneSettings unused = over(new BackboneSettings());
        }
    }

    /** Returns the settings with the given options applied. */
    public BackboneSettings over(BackboneSettings settings) {
        return Usage.requireValid(command, () -> {
            if (network != null) {
                ModelSize size = scale == null ? ModelSize.FULL : scale;
                Path folder = Path.of(Checks.nonBlank("--backbone", network));
                return Files.isDirectory(folder)
                        ? new BackboneSettings(null, folder, size)
                        : new BackboneSettings(network, null, size);
            } else if (scale == null) {
                return settings;
            } else if (settings.name() == null) {
                throw new IllegalArgumentException(
                        "--scale %s needs the name of a network: --backbone".formatted(scale));
            } else {
                return new BackboneSettings(settings.name(), null, scale);
            }
        });
    }
}
