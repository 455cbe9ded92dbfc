package dev.latentstream.app.source;

import dev.latentstream.ingest.lists.ListFormat;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends the images of Parquet files: lists of URLs, or images in a column. */
@Command(
        name = "parquet",
        description = "Send the images that the rows of Parquet files have, as bytes or as URLs, which are fetched.")
final class SourceParquetCommand implements Callable<Integer> {
    @Mixin
    private ListOptions options = new ListOptions();

    @Option(
            names = "--image-column",
            paramLabel = "COLUMN",
            description =
                    "Column of the bytes of images, or of a struct that has them as bytes. Default: image, img, jpg, jpeg, png, webp,"
                            + " bytes, image_bytes")
    private @Nullable String image;

    @Override
    public Integer call() throws Exception {
        options.run(new ListFormat.Parquet(), image);
        return 0;
    }
}
