package dev.latentstream.ingest.sources.state;

import dev.latentstream.schemas.DeliveredItem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The content of one transaction.
 *
 * @param records images and rejections
 * @param items what is delivered with them, by URI
 * @param images number of images among the records
 * @param rejected number of rejections among the records
 * @param position URI of the last item
 */
public record SourceBatch(
        List<ProducerRecord<String, SpecificRecord>> records,
        Map<String, DeliveredItem> items,
        long images,
        long rejected,
        Optional<String> position) {
    public SourceBatch {
        records = List.copyOf(records);
        items = new LinkedHashMap<>(items);
    }
}
