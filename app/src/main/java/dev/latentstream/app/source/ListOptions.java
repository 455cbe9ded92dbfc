package dev.latentstream.app.source;

import dev.latentstream.app.cli.Paths;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.ingest.IngestSettings;
import dev.latentstream.ingest.fetch.Fetcher;
import dev.latentstream.ingest.lists.ListColumns;
import dev.latentstream.ingest.lists.ListFormat;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.ingest.sources.urls.ListFiles;
import dev.latentstream.ingest.sources.urls.ListSource;
import dev.latentstream.ingest.sources.urls.ListSource.Refetch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options that commands share whose files are lists of images. */
final class ListOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Option(
            names = "--url-column",
            paramLabel = "COLUMN",
            description = "Column of the URLs. Default: url, image_url, img_url or image_link, in any case")
    private @Nullable String url;

    @Option(
            names = "--text-column",
            paramLabel = "COLUMN",
            description =
                    "Column of an alt text; may be repeated. Default: text, caption, captions, alt, alt_text, top_caption, description")
    private List<String> texts = List.of();

    @Option(
            names = "--attribute",
            paramLabel = "NAME=COLUMN",
            description =
                    "Column of an attribute, besides those that are known by name, such as width, punsafe and license; may be repeated.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(
            names = "--refetch",
            description =
                    "Ask for the images of unchanged rows too, with the versions that were fetched before, and send those that changed.")
    private boolean refetch;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "The lists, in order. The source has the name of the command, unless --name is given.")
    private List<Path> files = List.of();

    /** Sends the images of the lists. */
    void run(ListFormat format, @Nullable String imageColumn) throws IOException, InterruptedException {
        String name = source.name(command.name());
        files.forEach(Paths::requireFile);
        IngestSettings settings = source.settings().ingest();
        ListColumns columns = Usage.requireValid(
                command,
                () -> new ListColumns(Optional.ofNullable(url), Optional.ofNullable(imageColumn), texts, attributes));
        int maxBytes = settings.bounds().maxImageBytes();
        OptOutLists optOuts = Usage.requireValid(command, () -> OptOutLists.open(settings.optOuts()));
        source.run(
                new ListSource(
                        name,
                        new ListFiles(files, format, columns),
                        () -> Fetcher.start(settings.fetch(), maxBytes, optOuts::refusal),
                        settings.fetch().maxRows(),
                        maxBytes,
                        refetch ? Refetch.CHANGED : Refetch.NEVER),
                command.commandLine().getOut());
    }

    /** Returns the files. */
    List<Path> files() {
        return files;
    }

    CommandSpec command() {
        return command;
    }
}
