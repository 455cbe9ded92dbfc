package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Describes why no source is ready to be drawn from: latents are missing, or the mixture policy leaves none to draw. */
final class Shortage {
    private Shortage() {}

    /** @param sources what each source with a latent topic lacks, such as {@code 2 of 3} latents; empty if it is ready */
    static String describe(VersionedPolicy<MixturePolicy> policy, SortedMap<String, Optional<String>> sources) {
        if (sources.isEmpty()) {
            return "waiting for latents: no source has a topic of latents yet";
        }
        Set<String> drawable = Mixture.shares(policy.policy(), sources.keySet()).keySet();
        if (drawable.isEmpty()) {
            return "waiting for latents: mixture policy version %d %s; there are latents of %s"
                    .formatted(policy.version(), weights(policy.policy()), String.join(", ", sources.keySet()));
        }
        return sources.entrySet().stream()
                .filter(source -> drawable.contains(source.getKey()))
                .flatMap(source -> source.getValue().map(lack -> source.getKey() + " has " + lack).stream())
                .collect(Collectors.joining(", ", "waiting for latents: ", ""));
    }

    private static String weights(MixturePolicy policy) {
        Set<String> weighted = new TreeSet<>();
        for (Map.Entry<String, Double> weight : policy.getSourceWeights().entrySet()) {
            if (weight.getValue() > 0) {
                weighted.add(weight.getKey());
            }
        }
        return weighted.isEmpty()
                ? "gives weight 0 to every source that has latents"
                : "gives weight only to " + String.join(", ", weighted);
    }
}
