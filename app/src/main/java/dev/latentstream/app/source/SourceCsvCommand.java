package dev.latentstream.app.source;

import dev.latentstream.ingest.lists.ListFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Sends the images of lists of URLs in separated values. */
@Command(name = "csv", description = "Fetch and send the images whose URLs are in CSV or TSV files.")
final class SourceCsvCommand implements Callable<Integer> {
    @Mixin
    private ListOptions options = new ListOptions();

    @Option(
            names = "--separator",
            paramLabel = "CHARACTER",
            description = "Separator of fields. Default: a tab if the files are named .tsv, else a comma")
    private @Nullable String separator;

    @Option(
            names = "--columns",
            paramLabel = "NAME",
            split = ",",
            description = "Names of the columns, if the files do not start with them.")
    private List<String> columns = List.of();

    @Override
    public Integer call() throws Exception {
        options.run(new ListFormat.Csv(separator(), columns), null);
        return 0;
    }

    private char separator() {
        if (separator == null) {
            return options.files().stream().allMatch(SourceCsvCommand::isTsv) ? '\t' : ',';
        }
        String character = separator.equals("\\t") ? "\t" : separator;
        if (character.length() != 1 || "\"\r\n".contains(character)) {
            throw new ParameterException(
                    options.command().commandLine(),
                    "--separator \"%s\" is not one character other than a quote or a line end".formatted(separator));
        }
        return character.charAt(0);
    }

    private static boolean isTsv(Path file) {
        return file.toString().endsWith(".tsv");
    }
}
