package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.DensityLevel;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptionPlanTest {
    private static final Map<String, DensityTarget> KNOWN =
            Map.of("short", target("short"), "medium", target("medium"), "dense", target("dense"));

    @ParameterizedTest
    @CsvSource({"1, 0.7, 0.3", "2, 0.7, 0.3", "3, 7, 3", "5, 0.001, 0.999", "10, 1, 1", "5, 0, 2"})
    void eachImageHasTheShareRoundedAndManyHaveItExactly(int captions, double dense, double shorts) {
        CaptionPolicy policy = policy(captions, new DensityLevel("dense", dense), new DensityLevel("short", shorts));
        double share = captions * dense / (dense + shorts);
        long sum = 0;
        int images = 20_000;
        for (int i = 0; i < images; i++) {
            CaptionPlan plan = CaptionPlan.of(policy, KNOWN, "image " + i, 0);
            long count = plan.levels().stream()
                    .filter(level -> level.name().equals("dense"))
                    .count();
            assertThat(plan.levels()).hasSize(captions);
            assertThat((double) count).isBetween(Math.floor(share), Math.ceil(share));
            sum += count;
        }
        double remainder = share - Math.floor(share);
        double fourSigma = 4 * Math.sqrt(remainder * (1 - remainder) / images);
        assertThat((double) sum / images).isCloseTo(share, within(fourSigma + 1e-9));
    }

    @Test
    void isAFunctionOfImageAndRevision() {
        CaptionPolicy policy = policy(3, new DensityLevel("dense", 1.0), new DensityLevel("short", 1.0));
        List<CaptionPlan> first = plans(policy, 0);
        assertThat(plans(policy, 0)).isEqualTo(first);
        assertThat(plans(policy, 1)).isNotEqualTo(first);
        assertThat(first.stream().map(CaptionPlan::seed).distinct()).hasSize(first.size());
    }

    @Test
    void ignoresLevelsThatAreNotConfigured() {
        CaptionPolicy policy = policy(
                8, new DensityLevel("poetic", 6.0), new DensityLevel("dense", 3.0), new DensityLevel("short", 1.0));
        Map<String, Long> counts = CaptionPlan.of(policy, KNOWN, "image", 0).levels().stream()
                .collect(Collectors.groupingBy(DensityTarget::name, Collectors.counting()));
        assertThat(counts).isEqualTo(Map.of("dense", 6L, "short", 2L));
    }

    @Test
    void isEmptyWhereNoLevelIsConfigured() {
        assertThat(CaptionPlan.of(policy(2, new DensityLevel("poetic", 1.0)), KNOWN, "image", 0)
                        .levels())
                .isEmpty();
    }

    private static List<CaptionPlan> plans(CaptionPolicy policy, int revision) {
        Function<Integer, CaptionPlan> plan = i -> CaptionPlan.of(policy, KNOWN, "image " + i, revision);
        return IntStream.range(0, 50).boxed().map(plan).toList();
    }

    private static CaptionPolicy policy(int captions, DensityLevel... levels) {
        return CaptionPolicy.newBuilder()
                .setCaptionsPerImage(captions)
                .setLevels(List.of(levels))
                .build();
    }

    private static DensityTarget target(String name) {
        return new DensityTarget(name, 1, 2, "", "Describe it.");
    }
}
