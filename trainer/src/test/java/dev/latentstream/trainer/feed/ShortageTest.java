package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ShortageTest {
    private static final SortedMap<String, Optional<String>> SOURCES =
            new TreeMap<>(Map.of("east", Optional.of("1 of 3"), "west", Optional.empty()));

    private static VersionedPolicy<MixturePolicy> policy(double defaultWeight, Map<String, Double> weights) {
        return new VersionedPolicy<>(
                7,
                MixturePolicy.newBuilder()
                        .setDefaultWeight(defaultWeight)
                        .setSourceWeights(weights)
                        .build());
    }

    @Test
    void namesThePolicyThatGivesWeightOnlyToAnUnknownSource() {
        assertThat(Shortage.describe(policy(0, Map.of("nosuch", 1.0, "east", 0.0)), SOURCES))
                .isEqualTo("waiting for latents: mixture policy version 7 gives weight only to nosuch;"
                        + " there are latents of east, west");
    }

    @Test
    void namesThePolicyThatGivesNoKnownSourceAWeight() {
        assertThat(Shortage.describe(policy(1, Map.of("west", 0.0, "east", 0.0)), SOURCES))
                .isEqualTo(
                        "waiting for latents: mixture policy version 7 gives weight 0 to every source that has latents;"
                                + " there are latents of east, west");
    }

    @Test
    void namesWhatTheSourcesWithAWeightLack() {
        assertThat(Shortage.describe(policy(1, Map.of()), SOURCES)).isEqualTo("waiting for latents: east has 1 of 3");
        SortedMap<String, Optional<String>> both =
                new TreeMap<>(Map.of("east", Optional.of("1 of 3"), "west", Optional.of("0 of 3")));
        assertThat(Shortage.describe(policy(0, Map.of("west", 2.0)), both))
                .isEqualTo("waiting for latents: west has 0 of 3");
    }

    @Test
    void saysThatThereIsNoSourceYet() {
        assertThat(Shortage.describe(policy(1, Map.of()), new TreeMap<>()))
                .isEqualTo("waiting for latents: no source has a topic of latents yet");
    }
}
