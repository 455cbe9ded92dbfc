package dev.latentstream.ingest.sources.topic;

/** The format of a topic's values. */
public enum ValueFormat {
    /** The value is the image. */
    RAW,
    /** A JSON object with the image in base64. */
    JSON,
    /** Avro in the registry's wire format, with the image as bytes or in base64. */
    AVRO
}
