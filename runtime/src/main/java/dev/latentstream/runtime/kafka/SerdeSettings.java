package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.settings.Checks;

/**
 * The classes that write and read values.
 *
 * @param serializer class of the value serializer, a {@code Serializer<Object>} with Confluent's settings
 * @param deserializer class of the value deserializer, a {@code Deserializer<Object>} with Confluent's settings
 */
record SerdeSettings(String serializer, String deserializer) {
    /** The defaults. */
    SerdeSettings() {
        this("dev.latentstream.schemas.AvroSerializer", "dev.latentstream.schemas.AvroDeserializer");
    }

    SerdeSettings {
        Checks.nonBlank("serializer", serializer);
        Checks.nonBlank("deserializer", deserializer);
    }
}
