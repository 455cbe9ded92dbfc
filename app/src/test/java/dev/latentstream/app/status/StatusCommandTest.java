package dev.latentstream.app.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.app.status.ClusterStatus.GroupStatus;
import dev.latentstream.app.status.ClusterStatus.TopicStatus;
import dev.latentstream.app.testing.Commands;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusCommandTest {
    @Test
    void everythingIsPrintedInItsPlace() throws Exception {
        ClusterStatus status = new ClusterStatus(
                "127.0.0.1:9092",
                List.of(new TopicStatus("images", 4, 1200, 14, 2.5), new TopicStatus("images-raw", 4, 1500, 0, 3.25)),
                List.of(
                        new GroupStatus("ingest", "Stable", 1, 7, 0, 3),
                        new GroupStatus("captioning", "absent", 0, 1200, 14, 0)),
                Map.of("first", json("""
                        {"step": 120, "loss": 0.40625, "images_per_second": 37.94, "stall": 0.123, "mixture_policy": 3,
                         "mixture": {"photos": 0.75, "scenes": 0.25}, "caption_choices": {"alt": 1.0},
                         "nouns_per_caption": 2.5, "samples": 3840, "objective": {"photos": 1.0},
                         "source_losses": {"photos": {"loss": 0.5}, "scenes": {"loss": 0.125}},
                         "choice_losses": {"alt": {"loss": 0.4}}}
                        """)),
                List.of(),
                json("[{\"key\": \"mixture/*\", \"version\": 3, \"policy\": {\"caption_drop\": 0.1}}]"),
                List.of(new StageCount("ingest", "passed", 1100), new StageCount("ingest", "too-small", 100)),
                Map.of("latentstream_cluster_silent_seconds", 12.0));

        assertThat(printed(status)).isEqualToNormalizingNewlines("""
                Cluster 127.0.0.1:9092

                Topic       partitions  offsets  waiting  per second
                images               4     1200       14         2.5
                images-raw           4     1500        0        3.25

                Group        state  members   lag  waiting  per second
                ingest      Stable        1     7        0         3.0
                captioning  absent        0  1200       14         0.0

                Warning: the cluster has not answered for 12 s
                Stage     outcome  records
                ingest     passed     1100
                ingest  too-small      100

                Run first: step 120, loss 0.4063, 37.9 images/s, waiting for data 12.3 %
                  since mixture version 3: sources photos 75 %, scenes 25 %; captions alt 100 %; 2.50 nouns a caption (3840 samples)
                  objective photos 100 %; loss by source photos 0.5000, scenes 0.1250; by caption alt 0.4000

                Policy mixture/* version 3: {"caption_drop":0.1}
                """);
    }

    @Test
    void anEmptyPipelineHasHeadsAlone() throws Exception {
        assertThat(printed(status(Map.of(), Map.of()))).isEqualToNormalizingNewlines("""
                Cluster 127.0.0.1:9092

                Topic  partitions  offsets  waiting  per second

                Group  state  members  lag  waiting  per second

                """);
    }

    @Test
    void runsAndWarningsAreInOrder() throws Exception {
        List<String> names = Stream.of("a", "b", "c", "d", "e", "f", "g", "h").toList();
        Map<String, JsonNode> runs = new HashMap<>();
        Map<String, Double> meters = new HashMap<>();
        for (String name : names) {
            runs.put(name, json("{}"));
            meters.put("latentstream_latents_unread{source=\"%s\"}".formatted(name), 5.0);
        }

        String printed = printed(status(runs, meters));

        assertThat(printed.lines().filter(line -> line.startsWith("Run ")).map(line -> line.substring(4, 5)))
                .isEqualTo(names);
        assertThat(printed.lines().filter(line -> line.startsWith("Warning: ")))
                .isEqualTo(names.stream()
                        .map("Warning: no consumer group reads the 5 latents of source %s"::formatted)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "3601", "NaN"})
    void anIntervalOutOfBoundsIsNamedWithThem(String seconds) {
        assertThat(new Commands().usageError("status", "--interval", seconds))
                .contains("interval %s is not between 0.0 and 3600.0".formatted(Double.valueOf(seconds)));
    }

    private static ClusterStatus status(Map<String, JsonNode> runs, Map<String, Double> meters)
            throws JsonProcessingException {
        return new ClusterStatus(
                "127.0.0.1:9092", List.of(), List.of(), runs, List.of(), json("[]"), List.of(), meters);
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }

    private static String printed(ClusterStatus status) {
        StringWriter out = new StringWriter();
        StatusCommand.print(status, new PrintWriter(out, true));
        return out.toString();
    }
}
