package dev.latentstream.runtime.settings;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes records out of maps, lists and strings; what is absent comes from the record's constructor without arguments. */
final class RecordBinder {
    private final ScalarReader scalars;

    RecordBinder(ScalarReader scalars) {
        this.scalars = scalars;
    }

    /** @param given null for nothing but defaults */
    <T> T bind(Class<T> type, @Nullable Object given) {
        return type.cast(record(type, null, given == null ? Map.of() : given, ""));
    }

    private Object value(Type type, @Nullable Object fallback, Object given, String path) {
        if (type instanceof Class<?> plain) {
            return plain.isRecord() ? record(plain, fallback, given, path) : scalars.read(plain, given, path);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return list(generic.getActualTypeArguments()[0], given, path);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            return map(generic.getActualTypeArguments()[1], given, path);
        }
        throw new IllegalArgumentException("%s: settings cannot be of type %s".formatted(path, type));
    }

    private List<Object> list(Type elementType, Object given, String path) {
        if (!(given instanceof List<?> elements)) {
            throw new SettingsException("%s is not a list".formatted(path));
        }
        List<Object> values = new ArrayList<>();
        for (Object element : elements) {
            String here = "%s[%d]".formatted(path, values.size());
            values.add(value(elementType, null, present(element, here), here));
        }
        return values;
    }

    private Map<String, Object> map(Type valueType, Object given, String path) {
        Map<String, Object> values = new LinkedHashMap<>();
        mapping(given, path).forEach((key, element) -> {
            String here = join(path, String.valueOf(key));
            values.put(String.valueOf(key), value(valueType, null, present(element, here), here));
        });
        return values;
    }

    private Object record(Class<?> type, @Nullable Object fallback, Object given, String path) {
        Map<?, ?> entries = mapping(given, path);
        RecordComponent[] components = type.getRecordComponents();
        refuseUnknown(entries, components, path);
        Object defaults = fallback != null ? fallback : defaults(type);
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = component(components[i], defaults, entries, path);
        }
        return construct(type, components, values, path);
    }

    private @Nullable Object component(
            RecordComponent component, @Nullable Object defaults, Map<?, ?> entries, String path) {
        String key = key(component);
        Object fallback = defaults == null ? null : read(component, defaults);
        Object given = entries.get(key);
        if (given != null) {
            return value(component.getGenericType(), fallback, given, join(path, key));
        }
        if (fallback == null && !mayBeAbsent(component.getAnnotatedType())) {
            throw new SettingsException("%s is missing".formatted(join(path, key)));
        }
        return fallback;
    }

    private static void refuseUnknown(Map<?, ?> entries, RecordComponent[] components, String path) {
        List<String> known = Arrays.stream(components).map(RecordBinder::key).toList();
        for (Object key : entries.keySet()) {
            if (!known.contains(key)) {
                throw new SettingsException("%s is not a setting; known: %s"
                        .formatted(join(path, String.valueOf(key)), String.join(", ", new TreeSet<>(known))));
            }
        }
    }

    private static Map<?, ?> mapping(Object given, String path) {
        if (given instanceof Map<?, ?> entries) {
            return entries;
        }
        throw new SettingsException("%s is not a mapping of keys to values".formatted(path.isEmpty() ? "it" : path));
    }

    private static Object present(@Nullable Object given, String path) {
        if (given == null) {
            throw new SettingsException("%s is empty".formatted(path));
        }
        return given;
    }

    /** An instance with all defaults, for a record that has them. */
    private static @Nullable Object defaults(Class<?> type) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (NoSuchMethodException withoutDefaults) {
            return null;
        } catch (ReflectiveOperationException defect) {
            throw new IllegalStateException("defaults of " + type.getName(), defect);
        }
    }

    private static @Nullable Object read(RecordComponent component, Object owner) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(owner);
        } catch (ReflectiveOperationException defect) {
            throw new IllegalStateException("reading " + component, defect);
        }
    }

    private static Object construct(
            Class<?> type, RecordComponent[] components, @Nullable Object[] values, String path) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException reason) {
                throw new SettingsException((path.isEmpty() ? "" : path + ": ") + reason.getMessage(), reason);
            }
            throw new IllegalStateException("making " + type.getName(), refused.getCause());
        } catch (ReflectiveOperationException defect) {
            throw new IllegalStateException("making " + type.getName(), defect);
        }
    }

    private static boolean mayBeAbsent(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    private static String key(RecordComponent component) {
        return component.getName().replaceAll("(?<=.)(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
