package dev.latentstream.app;

import dev.latentstream.app.broker.DataFolder;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The folder in which a broker keeps its data, and stages theirs where no settings say otherwise. */
final class DataOption {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Folder of the embedded cluster's data, and of what stages keep without --config. Default: ${DEFAULT-VALUE}",
            defaultValue = ".latentstream")
    private Path path = Path.of(".latentstream");

    DataFolder folder() {
        return new DataFolder(path);
    }
}
