package dev.latentstream.app.stats;

import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what each source has brought, and what is left of it. */
@Command(
        name = "stats",
        description = {
            "Count the data of each source, raw and kept: images, aesthetic score, image-noun pairs, distinct nouns, and rejections by reason.",
            "A noun counts once an image; real captions are the texts that images were found with. Distinct nouns are an estimate with its"
                    + " 95 % bounds."
        })
public final class StatsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        KafkaConnection connection = cluster.connection();
        new TopicSetup(connection)
                .ensure(List.of(
                        connection.topics().images(),
                        connection.topics().imagesRejected(),
                        connection.topics().captions()));
        try (TopicReader reader = new TopicReader(connection)) {
            DataStatistics statistics = new DataStatistics(connection, reader);
            statistics.read();
            StatisticsView view = new StatisticsView(statistics.sources(), statistics.all());
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(view.json().toPrettyString());
            } else {
                view.lines().forEach(out::println);
            }
        }
        return 0;
    }
}
