package dev.latentstream.app.rejections;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints one rejection. */
@Command(name = "show", description = "Print why an image is refused, and write its thumbnail.")
final class RejectionsShowCommand implements Callable<Integer> {
    private static final String ID_START = "[0-9a-f]{6,64}";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(paramLabel = "ID", description = "Image id, or its first digits: at least 6.")
    private String id = "";

    @Option(names = "--to", paramLabel = "FILE", description = "Write the thumbnail, a JPEG, to this file.")
    private @Nullable Path file;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        String start = Usage.requireValid(spec, () -> requireStart(id));
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection)
                .ensure(List.of(
                        connection.topics().imagesRejected(),
                        connection.topics().imagesQuarantine()));
        RejectionView view;
        try (TopicReader reader = new TopicReader(connection)) {
            RefusedImage image = only(start, CurrentRejections.find(reader, connection, start));
            view = new RejectionView(
                    image, Originals.find(reader, connection, List.of(image)).place(image));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(view.json().toPrettyString());
        } else {
            view.lines().forEach((name, value) -> out.println("%-10s %s".formatted(name, value)));
        }
        if (file != null) {
            write(view.image(), file);
        }
        return 0;
    }

    private static String requireStart(String id) {
        if (!id.matches(ID_START)) {
            throw new IllegalArgumentException(
                    "\"%s\" is no image id: 64 hexadecimal digits in lower case, or the first 6 or more".formatted(id));
        }
        return id;
    }

    private static RefusedImage only(String start, List<RefusedImage> found) {
        if (found.isEmpty()) {
            throw new Failure(
                    "no refused image has the id %s: it was admitted, removed, never sent, or its rejection expired"
                            .formatted(start));
        }
        if (found.size() > 1) {
            throw new Failure("several refused images have ids that start with %s: give more digits".formatted(start));
        }
        return found.get(0);
    }

    private static void write(RefusedImage image, Path to) throws IOException {
        ByteBuffer thumbnail = image.rejection()
                .getThumbnail()
                .orElseThrow(() -> new Failure(
                        "the rejection of %s has no thumbnail: nothing of it was decoded".formatted(image.imageId())));
        byte[] jpeg = new byte[thumbnail.remaining()];
        thumbnail.duplicate().get(jpeg);
        Files.write(to, jpeg);
    }
}
