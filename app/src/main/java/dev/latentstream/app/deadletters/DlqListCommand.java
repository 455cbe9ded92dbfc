package dev.latentstream.app.deadletters;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.Listing;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.kafka.DeadLetter;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints dead letters, and their number by topic, stage and error. */
@Command(
        name = "list",
        description = "Print how many dead letters there are by topic, stage and error, and the last of them.")
final class DlqListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Mixin
    private LetterFilter filter = new LetterFilter();

    @Parameters(
            paramLabel = "TOPIC",
            arity = "0..*",
            description = "Topics, or their dead-letter topics. Default: all that have dead letters")
    private List<String> topics = List.of();

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "20",
            description = "Number of letters that are printed, the last. Default: ${DEFAULT-VALUE}")
    private int max;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    /** One letter, without its bytes. */
    private record Row(String place, String time, String stage, String exception, String message, boolean replayed) {}

    @Override
    public Integer call() throws Exception {
        Listing<Row> listing = Usage.requireValid(
                spec, () -> new Listing<>(List.of("topic", "stage", "error"), List.of("letters", "replayed"), max));
        Predicate<Letter> chosen = filter.predicate();
        topics.forEach(topic -> Usage.requireTopic(spec, topic));
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection).ensure(List.of(connection.topics().replays()));
        Set<String> replays = Replays.read(connection);
        try (LetterReader reader = new LetterReader(connection)) {
            reader.read(reader.topics(topics), letter -> {
                if (chosen.test(letter)) {
                    boolean replayed = replays.contains(letter.key());
                    listing.add(
                            row(letter, replayed),
                            List.of(letter.record().topic(), letter.stage(), letter.exception()),
                            1,
                            replayed ? 1 : 0);
                }
            });
        }
        filter.warnOfUnknownStage();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(listing.json("last", DlqListCommand::object).toPrettyString());
        } else {
            listing.print(out, listing.table(), DlqListCommand::line);
        }
        return 0;
    }

    private static Row row(Letter letter, boolean replayed) {
        return new Row(
                letter.place(),
                letter.time().toString(),
                letter.stage(),
                letter.exception(),
                letter.parsed().map(DeadLetter::message).orElse("written by another program"),
                replayed);
    }

    private static String line(Row row) {
        return "%s  %s  %s  %s: %s%s"
                .formatted(
                        row.place(),
                        row.time(),
                        row.stage(),
                        row.exception(),
                        row.message().lines().findFirst().orElse(""),
                        row.replayed() ? "  (replayed)" : "");
    }

    private static ObjectNode object(Row row) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("place", row.place())
                .put("time", row.time())
                .put("stage", row.stage())
                .put("error", row.exception())
                .put("message", row.message())
                .put("replayed", row.replayed());
    }
}
