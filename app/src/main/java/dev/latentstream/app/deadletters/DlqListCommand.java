package dev.latentstream.app.deadletters;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.TextTable;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.kafka.DeadLetter;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.settings.Checks;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    private static final long LONGEST_LIST = 1_000_000;

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

    /** The letters of one topic, stage and error. */
    private record Group(String topic, String stage, String exception) {
        private static final Comparator<Group> ORDER =
                Comparator.comparing(Group::topic).thenComparing(Group::stage).thenComparing(Group::exception);
    }

    /** Numbers of letters. */
    private record Counts(long letters, long replayed) {
        Counts plus(boolean isReplayed) {
            return new Counts(letters + 1, replayed + (isReplayed ? 1 : 0));
        }
    }

    /** One letter, without its bytes. */
    private record Row(String place, String time, String stage, String exception, String message, boolean replayed) {}

    @Override
    public Integer call() throws Exception {
        long printed = Usage.requireValid(spec, () -> Checks.between("max", max, 0L, LONGEST_LIST));
        Predicate<Letter> chosen = filter.predicate();
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection).ensure(List.of(connection.topics().replays()));
        Set<String> replays = Replays.read(connection);
        Map<Group, Counts> counts = new TreeMap<>(Group.ORDER);
        Deque<Row> last = new ArrayDeque<>();
        try (LetterReader reader = new LetterReader(connection)) {
            reader.read(reader.topics(topics), letter -> {
                if (chosen.test(letter)) {
                    boolean replayed = replays.contains(letter.key());
                    Group group = new Group(letter.record().topic(), letter.stage(), letter.exception());
                    counts.put(
                            group, counts.getOrDefault(group, new Counts(0, 0)).plus(replayed));
                    last.add(row(letter, replayed));
                    if (last.size() > printed) {
                        last.remove();
                    }
                }
            });
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(object(counts, last).toPrettyString());
        } else {
            print(counts, last, out);
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

    private static void print(Map<Group, Counts> counts, Deque<Row> last, PrintWriter out) {
        TextTable table = new TextTable("topic", "stage", "error", "letters", "replayed");
        counts.forEach((group, count) ->
                table.row(group.topic(), group.stage(), group.exception(), count.letters(), count.replayed()));
        table.lines().forEach(out::println);
        if (!last.isEmpty()) {
            out.println();
        }
        last.forEach(row -> out.println("%s  %s  %s  %s: %s%s"
                .formatted(
                        row.place(),
                        row.time(),
                        row.stage(),
                        row.exception(),
                        row.message().lines().findFirst().orElse(""),
                        row.replayed() ? "  (replayed)" : "")));
    }

    private static ObjectNode object(Map<Group, Counts> counts, Deque<Row> last) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ArrayNode groups = object.putArray("counts");
        counts.forEach((group, count) -> groups.addObject()
                .put("topic", group.topic())
                .put("stage", group.stage())
                .put("error", group.exception())
                .put("letters", count.letters())
                .put("replayed", count.replayed()));
        ArrayNode rows = object.putArray("last");
        last.forEach(row -> rows.addObject()
                .put("place", row.place())
                .put("time", row.time())
                .put("stage", row.stage())
                .put("error", row.exception())
                .put("message", row.message())
                .put("replayed", row.replayed()));
        return object;
    }
}
