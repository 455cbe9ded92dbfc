package dev.latentstream.app.stages;

import dev.latentstream.app.settings.PipelineSettings;
import picocli.CommandLine.Option;

/** The option of a stage that was told to continue after a loss. */
final class SkipLostOption {
    @Option(
            names = "--skip-lost",
            description = "Continue where records were deleted before this stage read them. Default: kafka.skip-lost")
    private boolean skipLost;

    PipelineSettings applied(PipelineSettings settings) {
        return skipLost ? settings.skippingLost() : settings;
    }
}
