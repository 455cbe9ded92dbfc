package dev.latentstream.app.control;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.policy.PolicyHistory;
import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.Policy;
import dev.latentstream.schemas.SourceNames;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The options that policy commands share. Changes a policy: reads the current version, writes the next one, prints it. */
final class PolicyEdit {
    /** The option of commands that can change the policy of one source. */
    static final String SCOPE = "--source";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(
            names = "--author",
            paramLabel = "NAME",
            description = "Author of the change, recorded with the policy. Default: ${DEFAULT-VALUE}",
            defaultValue = "${sys:user.name}")
    private String author = "";

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Reason for the change, recorded with the policy.",
            defaultValue = "")
    private String reason = "";

    @Option(
            names = "--expect-version",
            paramLabel = "N",
            description = "Write only if the newest version is N; 0 is the built-in policy.")
    private @Nullable Long expected;

    /**
     * Writes the next policy of a scope.
     *
     * @param alone a valid policy with the given options, so that a wrong value is reported without a cluster
     * @param change derives the next policy from the current one, and writes it
     */
    void apply(PolicyKind kind, String scope, SpecificRecord alone, Change change) throws Exception {
        requireChange();
        requireScope(scope);
        Usage.requireValid(command, () -> checked(kind.key(scope), alone));
        write(kind, scope, change);
    }

    /** Writes the content of an earlier version as the next policy of a scope; 0 is the built-in policy. */
    void restore(PolicyKind kind, String scope, long version) throws Exception {
        Usage.requireValid(command, () -> Checks.atLeast("version", version, 0));
        requireScope(scope);
        Policy earlier;
        try (Meters meters = new Meters()) {
            PolicyHistory history = PolicyHistory.read(cluster.connection(), meters);
            earlier = Usage.requireValid(command, () -> history.version(kind, scope, version));
        }
        if (reason.isEmpty()) {
            reason = "rollback to version " + version;
        }
        write(kind, scope, (writer, by) -> writer.write(kind, scope, (SpecificRecord) earlier.getPolicy(), by));
    }

    private void write(PolicyKind kind, String scope, Change change) throws Exception {
        Long version = expected;
        if (version != null) {
            Usage.requireValid(command, () -> Checks.atLeast("expect-version", version, 0));
        }
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection).ensure(List.of(connection.topics().control()));
        Policy written;
        try (Meters meters = new Meters()) {
            PolicyWriter writer = writer(connection, meters);
            written = Usage.requireValid(command, () -> change.write(writer, author));
            command.commandLine().getOut().println(PolicyView.line(kind.key(scope), written));
        }
        warnOfEffects(connection, kind, scope, (SpecificRecord) written.getPolicy());
    }

    private void requireScope(String scope) {
        if (!scope.equals(PolicyKind.EVERYWHERE)) {
            Usage.requireValid(command, () -> SourceNames.require(scope));
        }
    }

    private PolicyWriter writer(KafkaConnection connection, Meters meters) {
        PolicyWriter writer = new PolicyWriter(connection, meters, Clock.systemUTC()).because(reason);
        return expected == null ? writer : writer.expecting(expected);
    }

    /** Requires an option that is neither the scope nor one that all policy commands share. */
    private void requireChange() {
        Set<String> shared = new TreeSet<>(Set.of(SCOPE));
        command.mixins().values().forEach(mixin -> mixin.options().forEach(option -> shared.add(option.longestName())));
        List<String> changes = command.options().stream()
                .filter(option -> !option.inherited() && !option.usageHelp())
                .map(OptionSpec::longestName)
                .filter(name -> !shared.contains(name))
                .toList();
        ParseResult given = command.commandLine().getParseResult();
        if (changes.stream().noneMatch(given::hasMatchedOption)) {
            throw new ParameterException(
                    command.commandLine(), "Nothing to change: give one or more of " + String.join(", ", changes));
        }
    }

    private void warnOfEffects(KafkaConnection connection, PolicyKind kind, String scope, SpecificRecord policy)
            throws IOException {
        try (TopicReader reader = new TopicReader(connection)) {
            boolean needsImages = kind == PolicyKind.FILTER || !scope.equals(PolicyKind.EVERYWHERE);
            RecentImages images = needsImages ? RecentImages.read(reader, connection) : new RecentImages(List.of());
            PolicyNames names = PolicyNames.of(
                    cluster.settings().captioning().levels(),
                    reader.latents(connection.topics()),
                    connection.topics(),
                    images);
            names.unknown(policy).forEach(this::warn);
            names.unknownScope(scope).forEach(this::warn);
            if (kind == PolicyKind.FILTER) {
                warnOfRefusals(connection, images);
            }
        }
    }

    private void warnOfRefusals(KafkaConnection connection, RecentImages images) {
        try (Meters meters = new Meters()) {
            Policies policies = Policies.current(connection, meters);
            images.refused(source -> policies.filter(source).policy()).ifPresent(this::warn);
        }
    }

    private void warn(String line) {
        command.commandLine().getErr().println("warning: " + line);
    }

    private Policy checked(String key, SpecificRecord alone) {
        Policy policy = new Policy(1L, Checks.nonBlank("author", author), Instant.EPOCH, alone, reason);
        PolicyRules.check(key, policy);
        return policy;
    }

    /** Derives the next policy and writes it. */
    interface Change {
        Policy write(PolicyWriter writer, String author);
    }
}
