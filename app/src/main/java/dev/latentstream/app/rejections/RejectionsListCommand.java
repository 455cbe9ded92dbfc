package dev.latentstream.app.rejections;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.Failures;
import dev.latentstream.app.cli.Listing;
import dev.latentstream.app.cli.TextTable;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.Rejection;
import java.io.PrintWriter;
import java.util.List;
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

    @Override
    public Integer call() throws Exception {
        Listing<RefusedImage> listing =
                Usage.requireValid(spec, () -> new Listing<>(List.of("source", "reason"), List.of("images"), max));
        Predicate<RefusedImage> chosen = filter.predicate();
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection).ensure(List.of(connection.topics().imagesRejected()));
        List<RefusedImage> refused;
        try (TopicReader reader = new TopicReader(connection)) {
            refused = CurrentRejections.read(reader, connection, chosen);
        }
        filter.warnOfUnknownSource();
        refused.forEach(image -> listing.add(image, List.of(image.source(), image.reason()), 1));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(listing.json("newest", RejectionsListCommand::object).toPrettyString());
        } else {
            TextTable table = listing.table().row("all", "", refused.size());
            listing.print(out, table, RejectionsListCommand::line);
        }
        return 0;
    }

    /** Describes an image whose reason has no value, such as a damaged one, in words. */
    static String line(RefusedImage image) {
        return "%s  %s  %s  %s  %s%s  %s"
                .formatted(
                        image.imageId(),
                        image.time(),
                        image.source(),
                        image.reason(),
                        image.rejection()
                                .getValue()
                                .orElseGet(
                                        () -> Failures.oneLine(image.rejection().getDetail())),
                        image.rejection()
                                .getBound()
                                .map(bound -> " (bound %s)".formatted(bound))
                                .orElse(""),
                        image.rejection().getUri());
    }

    private static ObjectNode object(RefusedImage image) {
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
                .put("detail", rejection.getDetail())
                .put("policy", rejection.getPolicy());
    }
}
