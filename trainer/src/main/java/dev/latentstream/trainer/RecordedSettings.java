package dev.latentstream.trainer;

import dev.latentstream.schemas.KebabCase;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** The settings that a run records, by the keys under which a settings file has them. */
final class RecordedSettings {
    private RecordedSettings() {}

    /** Returns the components of a record of plain values, by key. */
    static SortedMap<String, String> of(String prefix, Record settings) {
        SortedMap<String, String> values = new TreeMap<>();
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            String key = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            values.put(prefix + "." + key, text(value(settings, component)));
        }
        return values;
    }

    private static String text(Object value) {
        return value instanceof Enum<?> constant ? KebabCase.of(constant) : String.valueOf(value);
    }

    private static Object value(Record settings, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException impossible) { // accessors of a record are public and do not throw
            throw new IllegalStateException(impossible);
        }
    }
}
