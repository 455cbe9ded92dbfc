package dev.latentstream.ingest.sources.topic;

/** How the values of a topic are written. */
public enum ValueFormat {
    /** The value is the image. */
    RAW,
    /** A JSON object with the image in base64. */
    JSON,
    /** Avro in the registry's wire format, with the image as bytes or in base64. */
    AVRO
}
