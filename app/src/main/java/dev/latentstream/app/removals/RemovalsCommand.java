package dev.latentstream.app.removals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.schemas.Removal;
import java.io.PrintWriter;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Groups the commands that show removals. */
@Command(
        name = "removals",
        description = "Show the images that are removed.",
        subcommands = RemovalsCommand.ListCommand.class)
public final class RemovalsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: list");
    }

    /** Prints every removal that is in force. */
    @Command(name = "list", description = "Print every removed image with reason, author and time.")
    static final class ListCommand implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ConnectionOptions cluster = new ConnectionOptions();

        @Option(names = "--json", description = "Print a JSON array.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            KafkaConnection connection = cluster.connection();
            new TopicSetup(connection).ensure(List.of(connection.topics().removals()));
            SortedMap<String, Removal> removals = CurrentRemovals.read(connection);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(array(removals).toPrettyString());
            } else {
                removals.forEach((imageId, removal) -> out.println("%s  %s  %s  %s"
                        .formatted(imageId, removal.getTime(), removal.getAuthor(), removal.getReason())));
            }
            return 0;
        }

        private static ArrayNode array(SortedMap<String, Removal> removals) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            removals.forEach((imageId, removal) -> array.addObject()
                    .put("image", imageId)
                    .put("reason", removal.getReason())
                    .put("author", removal.getAuthor())
                    .put("time", removal.getTime().toString()));
            return array;
        }
    }
}
