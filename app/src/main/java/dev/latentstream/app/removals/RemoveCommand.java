package dev.latentstream.app.removals;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.removals.RemovalWriter;
import dev.latentstream.runtime.settings.Checks;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes images, or takes that back. */
@Command(
        name = "remove",
        description = {
            "Remove images for good: opt-outs, licences, duplicates found late.",
            "Ingest refuses them from now on, their captions, encodings and latents are deleted, and running trainers drop them from"
                    + " their buffers: no step that is assembled a second later has them."
        })
public final class RemoveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(
            paramLabel = "ID",
            arity = "0..*",
            description = "Image ids: the keys of the topic images, which are the SHA-256 of the files.")
    private List<String> imageIds = List.of();

    @Option(
            names = "--list",
            paramLabel = "FILE",
            description = "A file with an image id on each line; # begins a comment.")
    private @Nullable Path list;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "The reason, recorded with the removal. Required unless --undo")
    private @Nullable String reason;

    @Option(
            names = "--author",
            paramLabel = "NAME",
            description = "Author of the removal, recorded with it. Default: ${DEFAULT-VALUE}",
            defaultValue = "${sys:user.name}")
    private String author = "";

    @Option(
            names = "--undo",
            description =
                    "Take removals back. Such an image is admitted again when its source sends it again (--again).")
    private boolean undo;

    @Override
    public Integer call() throws Exception {
        RemovalList ids = RemovalList.read(imageIds, list, spec);
        if (undo && reason != null) {
            throw new ParameterException(spec.commandLine(), "--undo records no reason: leave --reason out");
        }
        if (!undo) {
            requireFacts();
        }
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection).ensure(List.of(connection.topics().removals()));
        Set<String> before = CurrentRemovals.read(connection).keySet();
        try (RemovalWriter writer = new RemovalWriter(connection, Clock.systemUTC())) {
            if (undo) {
                undo(ids, before, writer);
            } else {
                remove(ids, before, writer);
            }
        }
        return 0;
    }

    private void requireFacts() {
        if (reason == null) {
            throw new ParameterException(spec.commandLine(), "Missing option: --reason");
        }
        String given = reason;
        Usage.requireValid(spec, () -> Checks.nonBlank("reason", given) + Checks.nonBlank("author", author));
    }

    private void remove(RemovalList ids, Set<String> before, RemovalWriter writer) throws InterruptedException {
        writer.remove(ids.all(), reason == null ? "" : reason, author);
        long repeated = ids.all().stream().filter(before::contains).count();
        out().println("Removed %s%s."
                .formatted(images(ids.all().size()), repeated == 0 ? "" : "; %d of them again".formatted(repeated)));
    }

    private void undo(RemovalList ids, Set<String> before, RemovalWriter writer) throws InterruptedException {
        List<String> removed = ids.all().stream().filter(before::contains).toList();
        ids.all().stream()
                .filter(id -> !before.contains(id))
                .forEach(id -> spec.commandLine().getErr().println("warning: %s is not removed".formatted(id)));
        writer.undo(removed);
        out().println("Took the removal of %s back; a source that sends them again (--again) has them admitted."
                .formatted(images(removed.size())));
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static String images(int count) {
        return count == 1 ? "1 image" : count + " images";
    }
}
