package dev.latentstream.captioning.recaption;

import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Recaption;
import org.jspecify.annotations.Nullable;

/** The images that a recaption captions again. */
record Selection(String source, Recaption recaption) {
    boolean contains(InputRecord<Image> record) {
        return contains(record.value(), record.partition(), record.offset(), record.timestamp());
    }

    boolean contains(@Nullable Image image, int partition, long offset, long timestamp) {
        return image != null
                && image.getSource().equals(source)
                && partition < recaption.getEnds().size()
                && offset < recaption.getEnds().get(partition)
                && recaption
                        .getSince()
                        .map(since -> timestamp >= since.toEpochMilli())
                        .orElse(true);
    }
}
