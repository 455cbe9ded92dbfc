package dev.latentstream.app.deadletters;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.deadletters.LetterReplay.Outcome;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends dead letters to where they came from. */
@Command(
        name = "replay",
        description = {
            "Send dead letters to the topic and partition that they came from: key, value and headers byte for byte.",
            "Each letter is sent once, however often this command runs."
        })
final class DlqReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Mixin
    private LetterFilter filter = new LetterFilter();

    @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "Topics, or their dead-letter topics.")
    private List<String> topics = List.of();

    @Option(
            names = "--author",
            paramLabel = "NAME",
            description = "Author of the replay, recorded with it. Default: ${DEFAULT-VALUE}",
            defaultValue = "${sys:user.name}")
    private String author = "";

    @Option(names = "--dry-run", description = "Print how many letters would be sent, and send none.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Predicate<Letter> chosen = filter.predicate();
        topics.forEach(topic -> Usage.requireTopic(spec, topic));
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection).ensure(List.of(connection.topics().replays()));
        Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
        try (LetterReader reader = new LetterReader(connection);
                LetterReplay replay =
                        dryRun ? LetterReplay.dry(connection, reader) : LetterReplay.open(connection, reader, author)) {
            reader.read(reader.topics(topics), letter -> {
                if (chosen.test(letter)) {
                    counts.merge(replay.send(letter), 1L, Long::sum);
                }
            });
            replay.finish();
        }
        filter.warnOfUnknownStage();
        print(counts);
        return 0;
    }

    private void print(Map<Outcome, Long> counts) {
        long sent = counts.getOrDefault(Outcome.SENT, 0L);
        long before = counts.getOrDefault(Outcome.SENT_BEFORE, 0L);
        long foreign = counts.getOrDefault(Outcome.FOREIGN, 0L);
        long homeless = counts.getOrDefault(Outcome.NO_PARTITION, 0L);
        if (json) {
            spec.commandLine()
                    .getOut()
                    .println(JsonNodeFactory.instance
                            .objectNode()
                            .put(dryRun ? "would_be_sent" : "sent", sent)
                            .put("sent_before", before)
                            .put("written_by_others", foreign)
                            .put("without_partition", homeless)
                            .toPrettyString());
            return;
        }
        spec.commandLine()
                .getOut()
                .println(
                        "%d letters %s; %d were before, %d are of another program, of %d the topic or partition no longer exists."
                                .formatted(sent, dryRun ? "would be sent" : "were sent", before, foreign, homeless));
    }
}
