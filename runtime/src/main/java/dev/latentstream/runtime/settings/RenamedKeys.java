package dev.latentstream.runtime.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Former names of settings. A former name still works in the version after the renaming, with a warning that gives the new name;
 * its entry is then deleted from {@link #CURRENT}.
 *
 * @param newPaths new paths by former ones, both from the root of the file and in kebab case: {@code trainer.batch} to {@code
 *     trainer.batch-size}
 */
record RenamedKeys(Map<String, String> newPaths) {
    /** The keys that were renamed since the last version. */
    static final RenamedKeys CURRENT = new RenamedKeys(Map.of());

    RenamedKeys {
        newPaths = new LinkedHashMap<>(newPaths);
    }

    /** Moves the values of former keys to their new ones. */
    void apply(@Nullable Object tree, Consumer<String> warning, SettingErrors errors) {
        newPaths.forEach((former, path) -> {
            @Nullable Map<String, Object> from = parent(tree, former, false);
            if (from == null || !from.containsKey(key(former))) {
                return;
            }
            @Nullable Map<String, Object> to = parent(tree, path, true);
            if (to == null || to.containsKey(key(path))) {
                errors.add("%s is the former name of %s; give only the latter".formatted(former, path));
            } else {
                warning.accept("%s is deprecated: it is now %s".formatted(former, path));
                to.put(key(path), from.get(key(former)));
            }
            from.remove(key(former));
        });
    }

    /** Returns the mapping that contains the last key of a path; null if there is none. */
    private static @Nullable Map<String, Object> parent(@Nullable Object tree, String path, boolean create) {
        @Nullable Map<String, Object> mapping = mapping(tree);
        String[] keys = path.split("\\.", -1);
        for (int i = 0; i < keys.length - 1 && mapping != null; i++) {
            if (create) {
                mapping.computeIfAbsent(keys[i], key -> new LinkedHashMap<String, Object>());
            }
            mapping = mapping(mapping.get(keys[i]));
        }
        return mapping;
    }

    /** The tree of {@link YamlTree}, whose mappings can be changed and have text keys only. */
    @SuppressWarnings("unchecked")
    private static @Nullable Map<String, Object> mapping(@Nullable Object node) {
        return node instanceof Map<?, ?> ? (Map<String, Object>) node : null;
    }

    private static String key(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
