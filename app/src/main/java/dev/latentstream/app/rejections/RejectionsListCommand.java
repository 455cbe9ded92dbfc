package dev.latentstream.app.rejections;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.TextTable;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.Rejection;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the refused images, and their number by source and reason. */
@Command(name = "list", description = "Print how many images are refused by source and reason, and the newest of them.")
final class RejectionsListCommand implements Callable<Integer> {
    private static final int LONGEST_LIST = 1_000_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Mixin
    private RejectionFilter filter = new RejectionFilter();

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "20",
            description = "Number of images that are printed, the newest. Default: ${DEFAULT-VALUE}")
    private int max;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    /** A source and a reason. */
    private record Group(String source, String reason) implements Comparable<Group> {
        @Override
        public int compareTo(Group other) {
            int bySource = source.compareTo(other.source);
            return bySource != 0 ? bySource : reason.compareTo(other.reason);
        }
    }

    @Override
    public Integer call() throws Exception {
        long printed = Usage.requireValid(spec, () -> Checks.between("max", max, 0L, LONGEST_LIST));
        Predicate<RefusedImage> chosen = filter.predicate();
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection).ensure(List.of(connection.topics().imagesRejected()));
        List<RefusedImage> refused;
        try (TopicReader reader = new TopicReader(connection)) {
            refused = CurrentRejections.read(reader, connection, chosen);
        }
        Map<Group, Integer> counts = new TreeMap<>();
        refused.forEach(image -> counts.merge(new Group(image.source(), image.reason()), 1, Integer::sum));
        List<RefusedImage> newest = refused.subList((int) Math.max(0, refused.size() - printed), refused.size());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(object(counts, newest).toPrettyString());
        } else {
            print(counts, refused.size(), newest, out);
        }
        return 0;
    }

    private static void print(Map<Group, Integer> counts, int all, List<RefusedImage> newest, PrintWriter out) {
        TextTable table = new TextTable("source", "reason", "images");
        counts.forEach((group, count) -> table.row(group.source(), group.reason(), count));
        table.row("all", "", all).lines().forEach(out::println);
        if (!newest.isEmpty()) {
            out.println();
        }
        newest.forEach(image -> out.println("%s  %s  %s  %s  %s%s  %s"
                .formatted(
                        image.imageId(),
                        image.time(),
                        image.source(),
                        image.reason(),
                        image.rejection().getValue().orElse("-"),
                        image.rejection()
                                .getBound()
                                .map(bound -> " (bound %s)".formatted(bound))
                                .orElse(""),
                        image.rejection().getUri())));
    }

    private static ObjectNode object(Map<Group, Integer> counts, List<RefusedImage> newest) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ArrayNode groups = object.putArray("counts");
        counts.forEach((group, count) -> groups.addObject()
                .put("source", group.source())
                .put("reason", group.reason())
                .put("images", count));
        ArrayNode images = object.putArray("newest");
        newest.forEach(image -> images.add(row(image)));
        return object;
    }

    private static ObjectNode row(RefusedImage image) {
        Rejection rejection = image.rejection();
        @Nullable String none = null;
        return JsonNodeFactory.instance
                .objectNode()
                .put("image", image.imageId())
                .put("time", image.time().toString())
                .put("source", image.source())
                .put("uri", rejection.getUri())
                .put("stage", rejection.getStage())
                .put("reason", image.reason())
                .put("value", rejection.getValue().orElse(none))
                .put("bound", rejection.getBound().orElse(none))
                .put("policy", rejection.getPolicy());
    }
}
