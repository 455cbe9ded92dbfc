package dev.latentstream.app.cluster;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The folder of a broker's data, and of the stages' data unless settings name another. */
public final class DataOption {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Folder of the embedded cluster's data, and of what stages keep without --config. Default: ${DEFAULT-VALUE}",
            defaultValue = ".latentstream")
    private Path path = Path.of(".latentstream");

    public DataFolder folder() {
        return new DataFolder(path);
    }
}
