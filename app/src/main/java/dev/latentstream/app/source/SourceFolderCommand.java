package dev.latentstream.app.source;

import dev.latentstream.app.cli.Paths;
import dev.latentstream.ingest.sources.FolderSource;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends the images of a folder. */
@Command(
        name = "folder",
        description =
                "Send the images in a folder and its subfolders. A .txt or .caption file beside an image is its alt text; a .json file"
                        + " has its attributes.")
final class SourceFolderCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SourceOptions options = new SourceOptions();

    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description = "The folder. The source has its name, unless --name is given.")
    private Path folder = Path.of(".");

    @Override
    public Integer call() throws Exception {
        String name = options.name(SourceChoice.nameOf(folder));
        int maxBytes = options.settings().ingest().bounds().maxImageBytes();
        options.run(
                new FolderSource(name, Paths.requireFolder(folder), options.extensions(), maxBytes),
                spec.commandLine().getOut());
        return 0;
    }
}
