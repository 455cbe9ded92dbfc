package dev.latentstream.app.dataset;

import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.Names;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.settings.Checks;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.schemas.DatasetSource;
import dev.latentstream.trainer.dataset.DatasetCatalog;
import dev.latentstream.trainer.dataset.DatasetOrder;
import dev.latentstream.trainer.dataset.DatasetScan;
import dev.latentstream.trainer.feed.LatentFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes the manifest of what latent topics have at present. */
@Command(
        name = "freeze",
        description = {
            "Freeze what latent topics have at present as a dataset.",
            "Its records stay where they are: the manifest has their offsets, numbers and checksums. A topic whose records expire is"
                    + " named in a warning."
        })
final class FreezeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Option(names = "--name", paramLabel = "NAME", required = true, description = "Name of the dataset.")
    private String name = "";

    @Option(names = "--source", paramLabel = "NAME", description = "A source, repeatable. Default: all of them")
    private List<String> sources = List.of();

    @Option(
            names = "--block",
            paramLabel = "N",
            description =
                    "Offsets in a block: each epoch reads the blocks in an order of its own, and shuffles through the buffer."
                            + " Default: ${DEFAULT-VALUE}",
            defaultValue = "256")
    private int block;

    @Option(
            names = "--author",
            paramLabel = "NAME",
            description = "Author of the dataset, recorded with it. Default: ${DEFAULT-VALUE}",
            defaultValue = "${sys:user.name}")
    private String author = "";

    @Override
    public Integer call() throws Exception {
        requireValid();
        KafkaConnection connection = cluster.connection();
        DatasetCatalog catalog = new DatasetCatalog(connection, DatasetView.PATIENCE);
        Dataset known = catalog.all().get(name);
        if (known != null) {
            throw new IllegalArgumentException(
                    "the dataset %s was frozen at %s: give the new one another name".formatted(name, known.getTime()));
        }
        try (FrozenTopics topics = new FrozenTopics(connection)) {
            Dataset dataset = freeze(connection, topics);
            catalog.write(name, dataset);
            DatasetView.lines(name, dataset).forEach(spec.commandLine().getOut()::println);
            for (DatasetSource source : dataset.getSources()) {
                warn(source.getTopic(), topics.retention(source.getTopic()));
            }
        }
        return 0;
    }

    private void requireValid() {
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9-]{0,99}")) {
            throw new ParameterException(
                    spec.commandLine(), "--name \"%s\" is not 1 to 100 letters, digits and hyphens".formatted(name));
        }
        try {
            Checks.between("--block", block, 1, 1_000_000);
        } catch (IllegalArgumentException outOfBounds) {
            throw new ParameterException(spec.commandLine(), String.valueOf(outOfBounds.getMessage()), outOfBounds);
        }
    }

    private Dataset freeze(KafkaConnection connection, FrozenTopics topics) throws InterruptedException {
        SortedMap<String, String> ids = topics.ids();
        TreeSet<String> names = new TreeSet<>(ids.keySet());
        if (!sources.isEmpty()) {
            names.clear();
            sources.forEach(
                    source -> names.add(connection.topics().latents(source).name()));
        }
        List<DatasetSource> frozen = new ArrayList<>();
        for (String topic : names) {
            String id = ids.get(topic);
            if (id == null) {
                throw new IllegalArgumentException(
                        "there is no topic %s; there are %s".formatted(topic, Names.listed(ids.keySet())));
            }
            DatasetSource source = topics.describe(topic, id, block);
            if (DatasetOrder.records(source) > 0) {
                frozen.add(source);
            } else if (!sources.isEmpty()) {
                throw new IllegalArgumentException("%s has no latents".formatted(topic));
            }
        }
        LatentFormat format = topics.format()
                .orElseThrow(() -> new IllegalArgumentException(
                        names.isEmpty()
                                ? "there is no topic of latents"
                                : "there are no latents in %s".formatted(Names.listed(names))));
        return new Dataset(
                author,
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                format.encoderId(),
                format.shape(),
                format.type(),
                block,
                frozen,
                DatasetScan.checksum(frozen));
    }

    private void warn(String topic, Optional<Long> retention) {
        retention.ifPresent(millis -> spec.commandLine()
                .getErr()
                .println(
                        ("warning: %s keeps records for %d hours. To keep them for ever: latentstream kafka configs --alter"
                                        + " --entity-type topics --entity-name %s --add-config retention.ms=-1,retention.bytes=-1")
                                .formatted(topic, Duration.ofMillis(millis).toHours(), topic)));
    }
}
