package dev.latentstream.app.control;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.ingest.SourceNames;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.runtime.policy.PolicyWriter;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.Policy;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that policy commands share. Changes a policy: reads the current version, writes the next one, prints it. */
final class PolicyEdit {
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

    /**
     * Writes the next policy of a scope.
     *
     * @param alone a valid policy with the given options, so that a wrong value is reported without a cluster
     * @param change derives the next policy from the current one, and writes it
     */
    void apply(PolicyKind kind, String scope, SpecificRecord alone, Change change) throws Exception {
        Usage.requireValid(command, () -> checked(kind.key(scope), alone));
        if (!scope.equals(PolicyKind.EVERYWHERE)) {
            Usage.requireValid(command, () -> SourceNames.require(scope));
        }
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection).ensure(List.of(connection.topics().control()));
        Policy written;
        try (Meters meters = new Meters()) {
            PolicyWriter writer = new PolicyWriter(connection, meters, Clock.systemUTC());
            written = Usage.requireValid(command, () -> change.write(writer, author));
            command.commandLine().getOut().println(PolicyView.line(kind.key(scope), written));
        }
        names(connection).unknown((SpecificRecord) written.getPolicy()).forEach(this::warn);
    }

    private PolicyNames names(KafkaConnection connection) throws IOException {
        try (TopicReader reader = new TopicReader(connection)) {
            return PolicyNames.of(
                    cluster.settings().captioning().levels(), reader.latents(connection.topics()), connection.topics());
        }
    }

    private void warn(String line) {
        command.commandLine().getErr().println("warning: " + line);
    }

    private Policy checked(String key, SpecificRecord alone) {
        Policy policy = new Policy(1L, Checks.nonBlank("author", author), Instant.EPOCH, alone);
        PolicyRules.check(key, policy);
        return policy;
    }

    /** Derives the next policy and writes it. */
    interface Change {
        Policy write(PolicyWriter writer, String author);
    }
}
