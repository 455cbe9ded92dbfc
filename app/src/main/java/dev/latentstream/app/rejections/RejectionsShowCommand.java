package dev.latentstream.app.rejections;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.RecordJson;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.Original;
import dev.latentstream.schemas.Rejection;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
        RefusedImage image;
        String original;
        try (TopicReader reader = new TopicReader(connection)) {
            image = only(start, CurrentRejections.find(reader, connection, start));
            original = Originals.find(reader, connection, List.of(image)).place(image);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = RecordJson.record(image.rejection());
            object.put("image", image.imageId()).put("time", image.time().toString());
            out.println(object.put("kept", original).toPrettyString());
        } else {
            lines(image, original).forEach((name, value) -> out.println("%-10s %s".formatted(name, value)));
        }
        if (file != null) {
            write(image, file);
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

    private static Map<String, String> lines(RefusedImage image, String original) {
        Rejection rejection = image.rejection();
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("image", image.imageId());
        lines.put("time", image.time().toString());
        lines.put("source", rejection.getSource());
        lines.put("uri", rejection.getUri());
        lines.put("stage", rejection.getStage());
        lines.put("reason", image.reason());
        lines.put("value", rejection.getValue().orElse("-"));
        lines.put("bound", rejection.getBound().orElse("-"));
        lines.put("detail", rejection.getDetail());
        lines.put("policy", Long.toString(rejection.getPolicy()));
        lines.put(
                "original",
                rejection.getOriginal().map(RejectionsShowCommand::original).orElse("unknown"));
        lines.put("kept", original);
        lines.put("scores", scores(rejection.getScores()));
        lines.put(
                "thumbnail",
                rejection
                        .getThumbnail()
                        .map(jpeg -> jpeg.remaining() + " bytes")
                        .orElse("none"));
        return lines;
    }

    private static String original(Original original) {
        return "%s, %s, %,d bytes, %s-%d offset %d"
                .formatted(
                        original.getFormat().orElse("unknown format"),
                        original.getSize()
                                .map(size -> size.getWidth() + "x" + size.getHeight())
                                .orElse("unknown size"),
                        original.getBytes(),
                        original.getTopic(),
                        original.getPartition(),
                        original.getOffset());
    }

    private static String scores(Map<String, Float> scores) {
        Set<Map.Entry<String, Float>> byName = new TreeMap<>(scores).entrySet();
        return scores.isEmpty()
                ? "none"
                : byName.stream()
                        .map(score -> score.getKey() + " " + score.getValue())
                        .collect(Collectors.joining(", "));
    }

    private void write(RefusedImage image, Path to) throws IOException {
        ByteBuffer thumbnail = image.rejection()
                .getThumbnail()
                .orElseThrow(() -> new Failure(
                        "the rejection of %s has no thumbnail: nothing of it was decoded".formatted(image.imageId())));
        byte[] jpeg = new byte[thumbnail.remaining()];
        thumbnail.duplicate().get(jpeg);
        Files.write(to, jpeg);
    }
}
