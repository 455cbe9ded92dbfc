package dev.latentstream.app.rejections;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.SeenNames;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.control.FilterOptions;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.removals.RemovalWriter;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.RejectionReason;
import dev.latentstream.schemas.SourceNames;
import dev.latentstream.schemas.Topics;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Judges the images of a source again. */
@Command(
        name = "refilter",
        description = {
            "Judge the images of a source again by its filter policy: admitted ones that no longer pass are withdrawn, refused ones that"
                    + " now pass are sent to be admitted.",
            "With --dry-run nothing changes, and the options of a policy describe a draft. What was withdrawn is removed until --undo."
        })
public final class RefilterCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(names = "--source", paramLabel = "S", required = true, description = "The source whose images are judged.")
    private String source = "";

    @Option(names = "--dry-run", description = "Print how many images would change, by reason, and change none.")
    private boolean dryRun;

    @Option(
            names = "--undo",
            description = "Take back what earlier runs withdrew: such an image is judged again when its source sends it"
                    + " again (--again).")
    private boolean undo;

    @Option(
            names = "--author",
            paramLabel = "NAME",
            description = "Author of the withdrawals, recorded with them. Default: ${DEFAULT-VALUE}",
            defaultValue = "${sys:user.name}")
    private String author = "";

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @ArgGroup(exclusive = false, validate = false, heading = "A draft, instead of the values of the policy:%n")
    private FilterOptions draft = new FilterOptions();

    private final SeenNames sources = new SeenNames();

    @Override
    public Integer call() throws Exception {
        Usage.requireValid(spec, () -> SourceNames.require(source) + Checks.nonBlank("author", author));
        KafkaConnection connection = cluster.connection();
        Topics topics = connection.topics();
        new TopicSetup(connection)
                .ensure(List.of(
                        topics.control(),
                        topics.images(),
                        topics.imagesRejected(),
                        topics.imagesQuarantine(),
                        topics.imagesRaw(),
                        topics.removals()));
        VersionedPolicy<FilterPolicy> policy = policy(connection);
        FilterPolicy judging = draft.changed(policy.policy());
        Usage.requireValid(spec, () -> {
            PolicyRules.check(judging);
            return judging;
        });
        if (!dryRun && !judging.equals(policy.policy())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "A draft needs --dry-run: put it in force with control set filter --source %s, then refilter"
                            .formatted(source));
        }
        try (TopicReader reader = new TopicReader(connection)) {
            Withdrawals withdrawals = Withdrawals.read(reader, connection, source);
            if (undo) {
                undo(connection, withdrawals.earlier());
            } else {
                refilter(connection, reader, withdrawals, policy.version(), judging);
            }
        }
        return 0;
    }

    private VersionedPolicy<FilterPolicy> policy(KafkaConnection connection) {
        try (Meters meters = new Meters()) {
            return Policies.current(connection, meters).filter(source);
        }
    }

    private void refilter(
            KafkaConnection connection, TopicReader reader, Withdrawals withdrawals, long version, FilterPolicy policy)
            throws Exception {
        List<RefusedImage> refused = CurrentRejections.read(
                reader, connection, image -> sources.matches(source, image.source()) && Refiltered.isByPolicy(image));
        Originals originals = Originals.find(reader, connection, refused);
        Refiltered outcome = new Refiltered.Judge(
                        connection, reader, policy, cluster.settings().ingest())
                .judge(source, withdrawals, refused, originals, sources);
        sources.warn(spec, source, "no image of source");
        if (!dryRun) {
            try (RemovalWriter writer = new RemovalWriter(connection, Clock.systemUTC());
                    Replay replay = Replay.open(connection)) {
                withdrawals.write(writer, outcome.withdrawn(), version, author);
                originals.read(reader, (imageId, record) -> {
                    if (outcome.admitted().containsKey(imageId)) {
                        replay.send(imageId, record);
                    }
                });
                long unused = replay.finish();
            }
        }
        print(version, outcome, withdrawals.earlier().size());
    }

    private void undo(KafkaConnection connection, List<String> withdrawn) throws InterruptedException {
        if (!dryRun) {
            try (RemovalWriter writer = new RemovalWriter(connection, Clock.systemUTC())) {
                writer.undo(withdrawn);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonNodeFactory.instance
                    .objectNode()
                    .put("taken_back", dryRun ? 0 : withdrawn.size())
                    .put("withdrawn_earlier", withdrawn.size())
                    .toPrettyString());
        } else {
            out.println(
                    ("%d withdrawn images of %s %s; they are judged again when the source sends them again: latentstream source"
                                    + " ... --name %s --again")
                            .formatted(
                                    withdrawn.size(),
                                    source,
                                    dryRun ? "would be taken back" : "were taken back",
                                    source));
        }
    }

    private void print(long version, Refiltered outcome, int earlier) {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Long> withdrawn = counts(outcome.withdrawn().values());
        Map<String, Long> admitted = counts(outcome.admitted().values());
        if (json) {
            ObjectNode node =
                    JsonNodeFactory.instance.objectNode().put("policy", version).put("kept", outcome.kept());
            withdrawn.forEach(node.putObject("withdrawn")::put);
            admitted.forEach(node.putObject("admitted")::put);
            out.println(node.put("refused", outcome.refused())
                    .put("lost", outcome.lost())
                    .put("withdrawn_earlier", earlier)
                    .put("dry_run", dryRun)
                    .toPrettyString());
            return;
        }
        out.println("%s: %d admitted images %s withdrawn%s; %d stay"
                .formatted(
                        source,
                        outcome.withdrawn().size(),
                        dryRun ? "would be" : "were",
                        words(withdrawn),
                        outcome.kept()));
        out.println("%d refused images %s to be admitted%s; %d stay refused%s; %d were withdrawn earlier (--undo)"
                .formatted(
                        outcome.admitted().size(),
                        dryRun ? "would be sent" : "were sent",
                        words(admitted),
                        outcome.refused(),
                        Originals.lost(outcome.lost()),
                        earlier));
    }

    private static Map<String, Long> counts(Collection<RejectionReason> reasons) {
        return reasons.stream().collect(Collectors.groupingBy(KebabCase::of, TreeMap::new, Collectors.counting()));
    }

    private static String words(Map<String, Long> counts) {
        return counts.isEmpty()
                ? ""
                : counts.entrySet().stream()
                        .map(count -> count.getKey() + " " + count.getValue())
                        .collect(Collectors.joining(", ", " (", ")"));
    }
}
