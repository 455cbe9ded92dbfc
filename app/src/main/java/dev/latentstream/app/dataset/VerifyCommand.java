package dev.latentstream.app.dataset;

import dev.latentstream.app.settings.ConnectionOptions;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.schemas.DatasetPartition;
import dev.latentstream.schemas.DatasetSource;
import dev.latentstream.trainer.dataset.DatasetCatalog;
import dev.latentstream.trainer.dataset.DatasetScan;
import dev.latentstream.trainer.dataset.DatasetScan.Range;
import dev.latentstream.trainer.ledger.LostRecordsException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads the records of a dataset again and compares their bytes with the manifest. */
@Command(name = "verify", description = "Compare every record of a dataset with its manifest, byte for byte.")
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions cluster = new ConnectionOptions();

    @Parameters(paramLabel = "NAME", description = "Name of the dataset.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
        KafkaConnection connection = cluster.connection();
        Dataset dataset = new DatasetCatalog(connection, DatasetView.PATIENCE).named(name);
        try (FrozenTopics topics = new FrozenTopics(connection)) {
            Map<String, String> ids = topics.ids();
            DatasetScan scan = topics.scan(dataset.getBlock());
            for (DatasetSource source : dataset.getSources()) {
                verify(source, ids.getOrDefault(source.getTopic(), "none"), scan);
            }
        }
        spec.commandLine()
                .getOut()
                .println("%s: %d latents are as they were frozen, checksum %s"
                        .formatted(name, DatasetView.latents(dataset), dataset.getChecksum()));
        return 0;
    }

    private void verify(DatasetSource source, String id, DatasetScan scan) {
        if (!id.equals(source.getTopicId())) {
            throw new LostRecordsException("the dataset %s has %s with the id %s; the topic has the id %s"
                    .formatted(name, source.getTopic(), source.getTopicId(), id));
        }
        Map<Integer, Range> ranges = new TreeMap<>();
        source.getPartitions()
                .forEach(partition ->
                        ranges.put(partition.getPartition(), new Range(partition.getStart(), partition.getEnd())));
        DatasetSource found = scan.describe(source.getTopic(), id, ranges);
        for (int i = 0; i < source.getPartitions().size(); i++) {
            DatasetPartition expected = source.getPartitions().get(i);
            DatasetPartition there = found.getPartitions().get(i);
            if (!expected.getChecksum().equals(there.getChecksum())) {
                throw new LostRecordsException(
                        "the records of %s-%d from offset %d to %d are not those of the dataset %s: %d latents with the checksum %s, frozen were %d with %s"
                                .formatted(
                                        source.getTopic(),
                                        expected.getPartition(),
                                        expected.getStart(),
                                        expected.getEnd() - 1,
                                        name,
                                        there.getLatents(),
                                        there.getChecksum(),
                                        expected.getLatents(),
                                        expected.getChecksum()));
            }
        }
    }
}
