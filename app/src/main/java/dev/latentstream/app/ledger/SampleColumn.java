package dev.latentstream.app.ledger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.jerolba.carpet.model.FieldType;
import com.jerolba.carpet.model.FieldTypes;
import com.jerolba.carpet.model.WriteRecordModelType;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The columns of a sample, in the order in which JSON and Parquet have them. */
enum SampleColumn {
    /** Name of the run. */
    RUN(FieldTypes.STRING.notNull(), SampleRow::run),
    /** Step of the run, from 1. */
    STEP(FieldTypes.LONG.notNull(), SampleRow::step),
    /** Place in the batch, from 0. */
    SAMPLE(FieldTypes.INTEGER.notNull(), SampleRow::index),
    /** Name of its source. */
    SOURCE(FieldTypes.STRING.notNull(), SampleRow::source),
    /** Latent topic. */
    TOPIC(FieldTypes.STRING.notNull(), row -> row.place().partition().topic()),
    /** Partition of the latent's record. */
    PARTITION(FieldTypes.INTEGER.notNull(), row -> row.place().partition().partition()),
    /** Offset of the latent's record. */
    OFFSET(FieldTypes.LONG.notNull(), row -> row.place().offset()),
    /** Image id. */
    IMAGE_ID(FieldTypes.STRING.notNull(), SampleRow::imageId),
    /** Index of the chosen caption in the record; -1 is the empty caption. */
    CAPTION_INDEX(FieldTypes.INTEGER.notNull(), SampleRow::captionIndex),
    /** The chosen caption; null if the log no longer has the record. */
    CAPTION(FieldTypes.STRING, SampleRow::caption),
    /** Density level of the caption; null for alt text, the empty caption, and if the log no longer has the record. */
    LEVEL(FieldTypes.STRING, SampleRow::level),
    /** Version of the mixture policy in force. */
    MIXTURE_POLICY(FieldTypes.LONG.notNull(), SampleRow::mixturePolicy),
    /** Whether the latent stayed in its buffer, because its source was dry. */
    STAYS(FieldTypes.BOOLEAN.notNull(), SampleRow::stays),
    /** Whether the sample was not trained, because its image was removed after it was drawn. */
    SKIPPED(FieldTypes.BOOLEAN.notNull(), SampleRow::skipped);

    private final FieldType type;
    private final Function<SampleRow, @Nullable Object> value;

    SampleColumn(FieldType type, Function<SampleRow, @Nullable Object> value) {
        this.type = type;
        this.value = value;
    }

    /** Returns its name in both formats. */
    private String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns a row as a JSON object. */
    static ObjectNode json(SampleRow row) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (SampleColumn column : values()) {
            node.putPOJO(column.title(), column.value.apply(row));
        }
        return node;
    }

    /** Returns the columns as Parquet has them. */
    static WriteRecordModelType<SampleRow> parquet() {
        WriteRecordModelType<SampleRow> columns = FieldTypes.writeRecordModel(SampleRow.class);
        for (SampleColumn column : values()) {
            columns.withField(column.title(), column.type, column.value);
        }
        return columns;
    }
}
