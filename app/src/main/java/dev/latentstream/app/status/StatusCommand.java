package dev.latentstream.app.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.latentstream.app.cli.TextTable;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.settings.Checks;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the state of a pipeline. */
@Command(name = "status", description = "Print topics, lag and rate of every stage, training runs and policies.")
public final class StatusCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "Time over which rates are measured. Default: ${DEFAULT-VALUE}",
            defaultValue = "0.3")
    private double interval;

    @Override
    public Integer call() throws Exception {
        Usage.requireValid(spec, () -> Checks.between("interval", interval, 0, 3600));
        ClusterStatus status = new StatusReader(cluster.connection(), cluster.metrics())
                .read(Duration.ofMillis(Math.round(interval * 1000)));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(status));
        } else {
            print(status, out);
        }
        return 0;
    }

    static void print(ClusterStatus status, PrintWriter out) {
        out.println("Cluster " + status.bootstrapServers());
        out.println();
        TextTable topics = new TextTable("Topic", "partitions", "offsets", "waiting", "per second");
        status.topics()
                .forEach(topic -> topics.row(
                        topic.topic(), topic.partitions(), topic.offsets(), topic.waiting(), topic.perSecond()));
        topics.lines().forEach(out::println);
        out.println();
        TextTable groups = new TextTable("Group", "state", "members", "lag", "waiting", "per second");
        status.groups()
                .forEach(group -> groups.row(
                        group.group(),
                        group.state(),
                        group.members(),
                        group.lag(),
                        group.waiting(),
                        group.perSecond()));
        groups.lines().forEach(out::println);
        out.println();
        Alarms.of(status.meters()).forEach(alarm -> out.println("Warning: " + alarm));
        if (!status.counts().isEmpty()) {
            TextTable counts = new TextTable("Stage", "outcome", "records");
            status.counts().forEach(count -> counts.row(count.stage(), count.outcome(), count.records()));
            counts.lines().forEach(out::println);
            out.println();
        }
        status.training().forEach((run, metrics) -> out.println(training(run, metrics)));
        status.hidden().forEach(records -> out.println("Later reports may be hidden: " + records));
        status.policies()
                .forEach(policy -> out.printf(
                        "Policy %s version %s: %s%n",
                        policy.path("key").asText(), policy.path("version"), policy.path("policy")));
    }

    private static String training(String run, JsonNode metrics) {
        return String.format(
                Locale.ROOT,
                "Run %s: step %d, loss %.4f, %.1f images/s, waiting for data %.1f %%%n"
                        + "  since mixture version %d: sources %s; captions %s; %.2f nouns a caption (%d samples)%n"
                        + "  objective %s; loss by source %s; by caption %s%n",
                run,
                metrics.path("step").asLong(),
                metrics.path("loss").asDouble(),
                metrics.path("images_per_second").asDouble(),
                metrics.path("stall").asDouble() * 100,
                metrics.path("mixture_policy").asLong(),
                shares(metrics.path("mixture")),
                shares(metrics.path("caption_choices")),
                metrics.path("nouns_per_caption").asDouble(),
                metrics.path("samples").asLong(),
                shares(metrics.path("objective")),
                losses(metrics.path("source_losses")),
                losses(metrics.path("choice_losses")));
    }

    private static String losses(JsonNode groups) {
        return groups.properties().stream()
                .map(group -> String.format(
                        Locale.ROOT,
                        "%s %.4f",
                        group.getKey(),
                        group.getValue().path("loss").asDouble()))
                .collect(Collectors.joining(", "));
    }

    private static String shares(JsonNode shares) {
        Set<Map.Entry<String, JsonNode>> fields = shares.properties();
        return fields.stream()
                .map(share ->
                        "%s %.0f %%".formatted(share.getKey(), share.getValue().asDouble() * 100))
                .collect(Collectors.joining(", "));
    }
}
