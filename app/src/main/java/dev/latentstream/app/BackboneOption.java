package dev.latentstream.app;

import dev.latentstream.models.Scale;
import dev.latentstream.trainer.BackboneSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which network a new run trains. */
final class BackboneOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

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
            description = "Size of a network that has a name: ${COMPLETION-CANDIDATES}; tiny keeps its structure, for a"
                    + " processor. Default: full")
    private @Nullable Scale scale;

    /** Refuses a name that no network has. */
    void check() {
        Usage.checked(command, () -> new BackboneSettings(name, Scale.FULL));
    }

    /** The settings, with what the options say in their place. */
    BackboneSettings over(BackboneSettings settings) {
        if (name != null) {
            return new BackboneSettings(name, scale == null ? Scale.FULL : scale);
        } else if (scale == null) {
            return settings;
        } else if (settings.name() == null) {
            throw new ParameterException(
                    command.commandLine(), "--scale %s is of a network that has a name: --backbone".formatted(scale));
        } else {
            return new BackboneSettings(settings.name(), scale);
        }
    }
}
