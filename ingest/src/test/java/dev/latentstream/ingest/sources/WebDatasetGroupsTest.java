package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.ingest.sources.SourceItem.Found;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The samples of odd shards are those that WebDataset itself makes of them (tools/reference/webdataset_groups.py). */
class WebDatasetGroupsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> IMAGES = List.of("jpg", "jpeg", "png");
    private static final List<String> NUMBERS = List.of("cls", "id", "index");

    @TempDir
    private Path folder;

    /** The members of a sample that reach its image. */
    private record Sample(String image, List<String> texts, Map<String, String> attributes) {}

    static Stream<JsonNode> shards() throws IOException {
        try (InputStream groups = WebDatasetGroupsTest.class.getResourceAsStream("webdataset-groups.json")) {
            return JSON.readTree(groups).valueStream();
        }
    }

    @ParameterizedTest
    @MethodSource("shards")
    void anImageHasTheTextsOfItsSample(JsonNode shard) throws IOException {
        List<Sample> expected = new ArrayList<>();
        for (JsonNode sample : shard.get("samples")) {
            expected(sample.get("members")).ifPresent(expected::add);
        }

        List<Sample> found = TestTars.found(TestTars.read(tar(shard.get("members")))).stream()
                .map(WebDatasetGroupsTest::sample)
                .toList();

        assertThat(found).as(shard.get("shard").asText()).containsExactlyElementsOf(expected);
    }

    private static Sample sample(Found found) {
        return new Sample(new String(found.image(), StandardCharsets.UTF_8), found.texts(), found.attributes());
    }

    private static Optional<Sample> expected(JsonNode members) throws IOException {
        List<String> texts = new ArrayList<>();
        List<String> captions = new ArrayList<>();
        Map<String, String> attributes = new TreeMap<>();
        String image = "";
        for (Map.Entry<String, JsonNode> member : members.properties()) {
            String suffix = member.getKey().substring(member.getKey().lastIndexOf('.') + 1);
            String content = member.getValue().asText();
            if (IMAGES.contains(suffix)) {
                image = image.isEmpty() || suffix.equals(member.getKey()) ? content : image;
            } else if (suffix.equals("txt")) {
                texts.add(content);
            } else if (suffix.equals("json")) {
                captions.add(JSON.readTree(content).get("caption").asText());
                attributes.put("licence", JSON.readTree(content).get("licence").asText());
            } else if (NUMBERS.contains(suffix)) {
                attributes.put(suffix, content);
            }
        }
        texts.addAll(captions);
        return image.isEmpty() ? Optional.empty() : Optional.of(new Sample(image, texts, attributes));
    }

    private Path tar(JsonNode members) throws IOException {
        Path file = Files.createTempFile(folder, "shard", ".tar");
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(file), "UTF-8")) {
            for (JsonNode member : members) {
                put(out, member.get(0).asText(), member.get(1).asText());
            }
        }
        return file;
    }

    private static void put(TarArchiveOutputStream out, String name, String content) throws IOException {
        if (name.startsWith("->")) {
            TarArchiveEntry link = new TarArchiveEntry(name.substring(2), TarConstants.LF_SYMLINK);
            link.setLinkName("elsewhere");
            out.putArchiveEntry(link);
            out.closeArchiveEntry();
        } else if (name.startsWith("|")) {
            out.putArchiveEntry(new TarArchiveEntry(name.substring(1), TarConstants.LF_FIFO));
            out.closeArchiveEntry();
        } else if (name.endsWith("/")) {
            out.putArchiveEntry(new TarArchiveEntry(name));
            out.closeArchiveEntry();
        } else {
            TestTars.put(out, name, TestTars.bytes(content));
        }
    }
}
