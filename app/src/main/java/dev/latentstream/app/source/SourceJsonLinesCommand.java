package dev.latentstream.app.source;

import dev.latentstream.ingest.lists.ListFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Sends the images of lists of URLs in JSON Lines. */
@Command(
        name = "jsonl",
        description = "Fetch and send the images whose URLs are in JSON Lines files: an object in each line.")
final class SourceJsonLinesCommand implements Callable<Integer> {
    @Mixin
    private ListOptions options = new ListOptions();

    @Override
    public Integer call() throws Exception {
        options.run(new ListFormat.JsonLines(), null);
        return 0;
    }
}
