package dev.latentstream.app.rejections;

import static dev.latentstream.app.testing.StartedStages.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latentstream.app.testing.MixedFiles;
import dev.latentstream.app.testing.StartedStages;
import dev.latentstream.scenes.SceneRenderer;
import dev.latentstream.scenes.Scenes;
import dev.latentstream.schemas.FilterPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source is judged again while ingest runs: what was predicted is what happens. */
class RefilterIT {
    private static final String FREE = "https://creativecommons.org/publicdomain/zero/1.0/";

    @TempDir
    private static Path folder;

    @AutoClose
    private static StartedStages stages;

    @BeforeAll
    static void start() throws Exception {
        stages = StartedStages.start(
                folder, "refilter-", UnaryOperator.identity(), pipeline -> List.of(pipeline.ingest()));
    }

    @Test
    void whatADryRunCountsIsWhatChanges() throws Exception {
        change(policy -> policy.setMinSide(80));
        Set<String> free = send("web", FREE, 96, 0, 3);
        Set<String> unfree = send("web", "All rights reserved", 96, 3, 2);
        Set<String> small = send("web", FREE, 64, 5, 4);
        Set<String> others = send("other", "All rights reserved", 64, 9, 2);
        stages.send("web", "<html>".getBytes(StandardCharsets.UTF_8), Map.of("license", FREE));
        await().atMost(PATIENCE)
                .until(() -> stages.ids(stages.topics.imagesRejected()).size() == small.size() + 1);
        await().atMost(PATIENCE)
                .until(() -> stages.ids(stages.topics.images()).equals(union(List.of(free, unfree, others))));

        String predicted = counts("--dry-run", "--min-side=32", "--require=license = cc0");

        assertThat(predicted)
                .isEqualTo(
                        "kept 3, withdrawn {\"attributes\":2}, admitted {\"too-small\":4}, refused 1, lost 0, earlier 0");
        assertThat(counts("--dry-run"))
                .as("under the policy in force")
                .isEqualTo("kept 5, withdrawn {}, admitted {}, refused 5, lost 0, earlier 0");
        assertThat(stages.ids(stages.topics.images())).isEqualTo(union(List.of(free, unfree, others)));

        change(policy -> policy.setMinSide(32).setRequire("license = cc0"));
        assertThat(counts()).isEqualTo(predicted);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(stages.ids(stages.topics.images()))
                .isEqualTo(union(List.of(free, small, others))));
        assertThat(stages.ids(stages.topics.imagesRejected())).hasSize(1);
        assertThat(stages.ids(stages.topics.removals())).isEqualTo(unfree);
        assertThat(counts())
                .as("a second run changes nothing")
                .isEqualTo("kept 7, withdrawn {}, admitted {}, refused 1, lost 0, earlier 2");

        assertThat(json("--undo").path("taken_back").asInt()).isEqualTo(2);
        change(policy -> policy.setRequire(""));
        send("web", "All rights reserved", 96, 3, 2);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(stages.ids(stages.topics.images()))
                .isEqualTo(union(List.of(free, small, others, unfree))));
    }

    @Test
    void aDraftChangesNothing() {
        assertThat(stages.commands.usageError(arguments("--min-side=33")))
                .contains("A draft needs --dry-run: put it in force with control set filter --source web");
        assertThat(stages.commands.usageError(arguments("--dry-run", "--require=license in")))
                .contains("character 11: expected (, found the end");
    }

    private static String counts(String... options) throws IOException {
        JsonNode counts = json(options);
        return "kept %s, withdrawn %s, admitted %s, refused %s, lost %s, earlier %s"
                .formatted(
                        counts.path("kept"),
                        counts.path("withdrawn"),
                        counts.path("admitted"),
                        counts.path("refused"),
                        counts.path("lost"),
                        counts.path("withdrawn_earlier"));
    }

    private static JsonNode json(String... options) throws IOException {
        return stages.commands.json(arguments(options));
    }

    private static String[] arguments(String... options) {
        return Stream.concat(Stream.of("refilter", "--source=web"), Stream.of(options))
                .toArray(String[]::new);
    }

    private static void change(UnaryOperator<FilterPolicy.Builder> change) {
        stages.changeFilter("web", change);
    }

    private static Set<String> send(String source, String licence, int side, int first, int count) throws Exception {
        Set<String> sent = new HashSet<>();
        for (int i = first; i < first + count; i++) {
            byte[] image = MixedFiles.encode("png", SceneRenderer.render(Scenes.scene(11, i), side, side));
            sent.add(stages.send(source, image, Map.of("license", licence)));
        }
        return sent;
    }

    private static Set<String> union(Collection<Set<String>> sets) {
        return sets.stream().flatMap(Set::stream).collect(Collectors.toSet());
    }
}
