package dev.latentstream.runtime.settings;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Binds maps, lists and strings to records. Absent keys get their value from the record's no-argument constructor.
 *
 * <p>Binding continues after an error, with the default in place of the bad value, so that all errors of a file are found at once.
 */
final class RecordBinder {
    private final ScalarReader scalars;
    private final SettingErrors errors;

    RecordBinder(ScalarReader scalars, SettingErrors errors) {
        this.scalars = scalars;
        this.errors = errors;
    }

    /**
     * Binds a whole tree.
     *
     * @param given null for nothing but defaults
     * @throws SettingsException with all errors
     */
    <T> T bind(Class<T> type, @Nullable Object given) {
        @Nullable Object bound = mapping(type, null, given == null ? Map.of() : given, "");
        errors.throwIfAny();
        return type.cast(Objects.requireNonNull(bound));
    }

    /** Returns null after an error. */
    private @Nullable Object value(Type type, @Nullable Object fallback, Object given, String path) {
        if (type instanceof Class<?> plain) {
            return plain.isRecord() ? mapping(plain, fallback, given, path) : scalar(plain, given, path);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return list(generic.getActualTypeArguments()[0], given, path);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            return map(generic.getActualTypeArguments()[1], given, path);
        }
        throw new IllegalArgumentException("%s: settings cannot be of type %s".formatted(path, type));
    }

    private @Nullable Object scalar(Class<?> type, Object given, String path) {
        try {
            return scalars.read(type, given, path);
        } catch (SettingsException unreadable) {
            errors.add(String.valueOf(unreadable.getMessage()));
            return null;
        }
    }

    private @Nullable List<Object> list(Type elementType, Object given, String path) {
        if (!(given instanceof List<?> elements)) {
            errors.add("%s is not a list".formatted(path));
            return null;
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            @Nullable Object value = element(elementType, elements.get(i), "%s[%d]".formatted(path, i));
            if (value != null) {
                values.add(value);
            }
        }
        return values.size() == elements.size() ? values : null;
    }

    private @Nullable Map<String, Object> map(Type valueType, Object given, String path) {
        if (!(given instanceof Map<?, ?> entries)) {
            refuseOtherThanMapping(path);
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        entries.forEach((key, entry) -> {
            @Nullable Object value = element(valueType, entry, join(path, String.valueOf(key)));
            if (value != null) {
                values.put(String.valueOf(key), value);
            }
        });
        return values.size() == entries.size() ? values : null;
    }

    private @Nullable Object element(Type type, @Nullable Object given, String path) {
        if (given == null) {
            errors.add("%s is empty".formatted(path));
            return null;
        }
        return value(type, null, given, path);
    }

    private @Nullable Object mapping(Class<?> type, @Nullable Object fallback, Object given, String path) {
        if (!(given instanceof Map<?, ?> entries)) {
            refuseOtherThanMapping(path);
            return null;
        }
        refuseUnknown(entries, keys(type).toList(), path);
        return record(type, fallback, entries, path);
    }

    private @Nullable Object record(Class<?> type, @Nullable Object fallback, Map<?, ?> entries, String path) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object defaults = fallback != null ? fallback : defaults(type);
        @Nullable Object[] values = new @Nullable Object[components.length];
        Set<String> valid = new HashSet<>();
        boolean complete = true;
        for (int i = 0; i < components.length; i++) {
            String key = key(components[i]);
            @Nullable Object otherwise = defaults == null ? null : read(components[i], defaults);
            @Nullable Object bound = components[i].isAnnotationPresent(Flattened.class)
                    ? record(components[i].getType(), otherwise, entries, path)
                    : component(components[i], otherwise, entries.get(key), join(path, key));
            values[i] = bound == null ? otherwise : bound;
            if (bound != null) {
                valid.add(key);
            } else if (isRequired(components[i], otherwise)) {
                complete = false;
            }
        }
        return complete ? constructed(type, defaults, values, valid, path) : null;
    }

    /** Returns null after an error, and for an absent key. */
    private @Nullable Object component(
            RecordComponent component, @Nullable Object fallback, @Nullable Object given, String path) {
        if (given instanceof String && component.getType() == List.class && hasFile(component)) {
            errors.add("%s is not a list; a file with a value on each line is given by %s-file"
                    .formatted(path, key(component)));
            return null;
        }
        if (given != null) {
            return value(component.getGenericType(), fallback, given, path);
        }
        if (isRequired(component, fallback)) {
            errors.add("%s is missing".formatted(path));
        }
        return null;
    }

    /** Returns whether a sibling of a list names a file to read the list from. */
    private static boolean hasFile(RecordComponent list) {
        return Arrays.stream(list.getDeclaringRecord().getRecordComponents())
                .anyMatch(sibling -> sibling.getName().equals(list.getName() + "File"));
    }

    private static boolean isRequired(RecordComponent component, @Nullable Object fallback) {
        return fallback == null && !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    /**
     * Constructs a record. A refused value is reported and replaced by its default until the record accepts the others, because a
     * compact constructor throws at the first violation.
     *
     * @param valid keys of the components that were given and read
     */
    private @Nullable Object constructed(
            Class<?> type, @Nullable Object defaults, @Nullable Object[] values, Set<String> valid, String path) {
        RecordComponent[] components = type.getRecordComponents();
        while (true) {
            try {
                return construct(type, components, values);
            } catch (IllegalArgumentException refused) {
                String message = String.valueOf(refused.getMessage());
                int culprit = culprit(components, message);
                errors.add(located(path, message, culprit < 0 ? null : components[culprit]));
                if (culprit < 0 || defaults == null || !valid.remove(key(components[culprit]))) {
                    return null;
                }
                values[culprit] = read(components[culprit], defaults);
            }
        }
    }

    /** Returns the index of the component whose key starts the message, as in the messages of {@link Checks}; else -1. */
    private static int culprit(RecordComponent[] components, String message) {
        for (int i = 0; i < components.length; i++) {
            if (message.matches("(?s)%s[ .:\\[].*".formatted(key(components[i])))) {
                return i;
            }
        }
        return -1;
    }

    private static String located(String path, String message, @Nullable RecordComponent culprit) {
        if (culprit == null) {
            return path.isEmpty() ? message : "%s: %s".formatted(path, message);
        }
        String where = join(path, key(culprit));
        boolean showsNoSecret = culprit.getType() == Secret.class || !Secret.isNamedBy(where);
        return showsNoSecret
                ? where + message.substring(key(culprit).length())
                : "%s is refused; its value is not shown".formatted(where);
    }

    /** The keys of a record, with those of its flattened components. */
    private static Stream<String> keys(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .flatMap(component -> component.isAnnotationPresent(Flattened.class)
                        ? keys(component.getType())
                        : Stream.of(key(component)));
    }

    private void refuseUnknown(Map<?, ?> entries, List<String> keys, String path) {
        KnownKeys known = new KnownKeys(keys);
        for (Object each : entries.keySet()) {
            String key = String.valueOf(each);
            if (!known.contains(key)) {
                errors.add(known.unknown(join(path, key), key));
            }
        }
    }

    private void refuseOtherThanMapping(String path) {
        errors.add("%s is not a mapping of keys to values".formatted(path.isEmpty() ? "it" : path));
    }

    /** Returns an instance with all defaults; null if the record has no no-argument constructor. */
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

    private static Object construct(Class<?> type, RecordComponent[] components, @Nullable Object[] values) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException reason) {
                throw reason;
            }
            throw new IllegalStateException("constructing " + type.getName(), refused.getCause());
        } catch (ReflectiveOperationException defect) {
            throw new IllegalStateException("constructing " + type.getName(), defect);
        }
    }

    private static String key(RecordComponent component) {
        return component.getName().replaceAll("(?<=.)(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? KnownKeys.shown(key) : path + "." + KnownKeys.shown(key);
    }
}
