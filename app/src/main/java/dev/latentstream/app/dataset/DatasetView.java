package dev.latentstream.app.dataset;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.TextTable;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.schemas.DatasetPartition;
import dev.latentstream.schemas.DatasetSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A dataset as text and as JSON. */
final class DatasetView {
    /** Longest time without an answer of the cluster. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private DatasetView() {}

    static long latents(Dataset dataset) {
        return dataset.getSources().stream()
                .flatMap(source -> source.getPartitions().stream())
                .mapToLong(DatasetPartition::getLatents)
                .sum();
    }

    /** Returns a line on the whole, and a row for each partition. */
    static List<String> lines(String name, Dataset dataset) {
        TextTable table = new TextTable("partition", "first", "end", "latents", "sha256");
        for (DatasetSource source : dataset.getSources()) {
            for (DatasetPartition partition : source.getPartitions()) {
                table.row(
                        source.getTopic() + "-" + partition.getPartition(),
                        partition.getStart(),
                        partition.getEnd(),
                        partition.getLatents(),
                        partition.getChecksum().substring(0, 12));
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add("%s: %d latents of %s, %s, frozen %s by %s, checksum %s"
                .formatted(
                        name,
                        latents(dataset),
                        dataset.getEncoderId(),
                        dataset.getShape(),
                        dataset.getTime(),
                        dataset.getAuthor(),
                        dataset.getChecksum()));
        lines.addAll(table.lines());
        return lines;
    }

    static ObjectNode json(String name, Dataset dataset) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("dataset", name)
                .put("latents", latents(dataset))
                .put("author", dataset.getAuthor())
                .put("time", dataset.getTime().toString())
                .put("encoder", dataset.getEncoderId())
                .put("block", dataset.getBlock())
                .put("checksum", dataset.getChecksum());
        ArrayNode shape = json.putArray("shape");
        dataset.getShape().forEach(shape::add);
        ArrayNode partitions = json.putArray("partitions");
        for (DatasetSource source : dataset.getSources()) {
            for (DatasetPartition partition : source.getPartitions()) {
                partitions
                        .addObject()
                        .put("topic", source.getTopic())
                        .put("topicId", source.getTopicId())
                        .put("partition", partition.getPartition())
                        .put("start", partition.getStart())
                        .put("end", partition.getEnd())
                        .put("latents", partition.getLatents())
                        .put("checksum", partition.getChecksum());
            }
        }
        return json;
    }
}
