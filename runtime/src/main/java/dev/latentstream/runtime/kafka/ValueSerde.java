package dev.latentstream.runtime.kafka;

import dev.latentstream.runtime.settings.SettingsException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Typed serdes for one topic's values, over the untyped serde classes named in the settings. */
final class ValueSerde {
    private ValueSerde() {}

    static <V extends SpecificRecord> Serializer<V> serializer(String className, Map<String, Object> properties) {
        Serializer<?> serializer = instance(className, Serializer.class, "serializer");
        serializer.configure(properties, false);
        return new Writing<>(untyped(serializer));
    }

    static <V> Deserializer<V> deserializer(String className, Map<String, Object> properties, Class<V> type) {
        Deserializer<?> deserializer = instance(className, Deserializer.class, "deserializer");
        Map<String, Object> typed = new HashMap<>(properties);
        if (SpecificRecord.class.isAssignableFrom(type)) {
            typed.put(ClientProperties.VALUE_TYPE, type.getName());
        }
        deserializer.configure(typed, false);
        return new Reading<>(deserializer, type);
    }

    private static <T> T instance(String className, Class<T> type, String setting) {
        try {
            return type.cast(Class.forName(className).getDeclaredConstructor().newInstance());
        } catch (ClassNotFoundException missing) {
            throw new SettingsException("kafka.%s: %s is not on the class path".formatted(setting, className), missing);
        } catch (ReflectiveOperationException | ClassCastException unusable) {
            throw new SettingsException(
                    "kafka.%s: %s does not implement %s with a no-argument constructor"
                            .formatted(setting, className, type.getName()),
                    unusable);
        }
    }

    /** Confluent's serializer and ours accept any object and choose by its schema. */
    @SuppressWarnings("unchecked")
    private static Serializer<Object> untyped(Serializer<?> serializer) {
        return (Serializer<Object>) serializer;
    }

    private record Writing<V>(Serializer<Object> delegate) implements Serializer<V> {
        @Override
        public byte @Nullable [] serialize(String topic, @Nullable V value) {
            return delegate.serialize(topic, value);
        }

        @Override
        public byte @Nullable [] serialize(String topic, Headers headers, @Nullable V value) {
            return delegate.serialize(topic, headers, value);
        }

        @Override
        public void close() {
            delegate.close();
        }
    }

    private record Reading<V>(Deserializer<?> delegate, Class<V> type) implements Deserializer<V> {
        @Override
        public @Nullable V deserialize(String topic, byte @Nullable [] bytes) {
            return checked(topic, delegate.deserialize(topic, bytes));
        }

        @Override
        public @Nullable V deserialize(String topic, Headers headers, byte @Nullable [] bytes) {
            return checked(topic, delegate.deserialize(topic, headers, bytes));
        }

        @Override
        public @Nullable V deserialize(String topic, Headers headers, @Nullable ByteBuffer bytes) {
            return checked(topic, delegate.deserialize(topic, headers, bytes));
        }

        @Override
        public void close() {
            delegate.close();
        }

        /** Names the schema of a record, and the kind of another value. */
        private static String described(Object value) {
            if (value instanceof GenericContainer container) {
                return container.getSchema().getFullName();
            }
            if (value instanceof ByteBuffer) {
                return "bytes";
            }
            if (value instanceof CharSequence) {
                return "a string";
            }
            if (value instanceof Number) {
                return "a number";
            }
            return value instanceof Map ? "a map" : "another type";
        }

        private @Nullable V checked(String topic, @Nullable Object value) {
            if (value != null && !type.isInstance(value)) {
                throw new SerializationException("topic %s contains %s, not %s"
                        .formatted(
                                topic,
                                described(value),
                                type == GenericRecord.class ? "a record" : type.getSimpleName()));
            }
            return type.cast(value);
        }
    }
}
