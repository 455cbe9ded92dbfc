package dev.latentstream.app.stages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.settings.Flattened;
import dev.latentstream.runtime.settings.SettingsReader;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@code pipeline.yaml} contains every setting, with its default or, if it has none, in a comment. */
class PipelineFileTest {
    private static final Path FILE = Path.of("..", "pipeline.yaml");

    /** {@code key:} or {@code - key:}, with or without a value. */
    private static final Pattern KEY = Pattern.compile("(?m)^( *)(- )?([a-z][a-z-]*):(?: .*)?$");

    /** {@code # key: value}: a setting without a default. */
    private static final Pattern OPTIONAL = Pattern.compile("(?m)^( *)# ([a-z][a-z-]*: \\S.*)$");

    /** {@code #   key: value}: a property of Kafka, as an example. */
    private static final Pattern EXAMPLE = Pattern.compile("(?m)^ *#   ([a-z.]+: \\S.*)$");

    @Test
    void containsExactlyTheSettingsWithADefault() throws IOException {
        assertThat(written(Files.readString(FILE))).containsExactlyInAnyOrderElementsOf(settings(false));
    }

    @Test
    void containsEachDefault() {
        assertThat(SettingsReader.read(FILE, PipelineSettings.class, Map.of())).isEqualTo(new PipelineSettings());
    }

    @Test
    void showsTheSettingsWithoutADefaultInCommentsThatCanBeUncommented() throws IOException {
        String all = OPTIONAL.matcher(Files.readString(FILE)).replaceAll("$1$2");

        assertThat(written(all)).containsExactlyInAnyOrderElementsOf(settings(true));
        PipelineSettings settings = without("name: sdxl-td4_4", all); // a network has a name or a folder
        assertThat(settings.trainer().backbone().folder()).isEqualTo(Path.of("/models/unet"));
        assertThat(without("folder: /models/unet", all).trainer().backbone().name())
                .isEqualTo("sdxl-td4_4");
        assertThat(settings.encoder().vae()).isEqualTo(Path.of("/models/sdxl-vae"));
        assertThat(settings.captioning().network().folder()).isEqualTo(Path.of("/models/blip"));
        assertThat(settings.trainer().text().folder()).isEqualTo(Path.of("/models/clip"));
    }

    private static PipelineSettings without(String setting, String yaml) {
        assertThat(yaml).contains(setting);
        return SettingsReader.parse(yaml.replace(setting, ""), PipelineSettings.class, Map.of());
    }

    @Test
    void showsOnlyAcceptedProperties() throws IOException {
        List<String> examples = EXAMPLE.matcher(Files.readString(FILE))
                .results()
                .map(example -> example.group(1))
                .toList();
        String yaml = "properties:\n  " + String.join("\n  ", examples);

        KafkaSettings settings = SettingsReader.parse(
                yaml, KafkaSettings.class, Map.of("KAFKA_JAAS", "org.example.Login required;", "REGISTRY_USER", "b"));

        assertThat(settings.properties()).hasSameSizeAs(examples).containsEntry("security.protocol", "SASL_SSL");
    }

    /** Returns the paths of all settings in a file, from its indentation; elements of a list of mappings have their index in the path. */
    private static List<String> written(String yaml) {
        List<String> paths = new ArrayList<>();
        NavigableMap<Integer, String> open = new TreeMap<>();
        KEY.matcher(yaml).results().forEach(line -> {
            int indent = line.group(1).length();
            int number = line.group(2) == null ? -1 : next(open.get(indent));
            open.tailMap(indent, true).clear();
            if (number >= 0) {
                open.put(indent, Integer.toString(number));
                indent += 2;
            }
            open.put(indent, line.group(3));
            paths.add("/" + String.join("/", open.values()));
        });
        return paths.stream()
                .filter(path -> paths.stream().noneMatch(other -> other.startsWith(path + "/")))
                .toList();
    }

    private static int next(@Nullable String number) {
        return number == null ? 0 : Integer.parseInt(number) + 1;
    }

    private static Set<String> settings(boolean withOptional) {
        Set<String> paths = new TreeSet<>();
        collect(PipelineSettings.class, new PipelineSettings(), "", withOptional, paths);
        return paths;
    }

    private static void collect(
            Type type, @Nullable Object value, String path, boolean withOptional, Set<String> paths) {
        if (value instanceof Record) {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                String key = component.getName().replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
                String here = component.isAnnotationPresent(Flattened.class) ? path : path + "/" + key;
                collect(component.getGenericType(), read(component, value), here, withOptional, paths);
            }
        } else if (value instanceof List<?> elements && isOfRecords(type)) {
            for (int i = 0; i < elements.size(); i++) {
                collect(Record.class, elements.get(i), path + "/" + i, withOptional, paths);
            }
        } else if (value != null || withOptional) {
            paths.add(path);
        }
    }

    private static boolean isOfRecords(Type type) {
        return type instanceof ParameterizedType list
                && list.getActualTypeArguments()[0] instanceof Class<?> element
                && element.isRecord();
    }

    private static @Nullable Object read(RecordComponent component, Object owner) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(owner);
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException(component.toString(), failed);
        }
    }
}
