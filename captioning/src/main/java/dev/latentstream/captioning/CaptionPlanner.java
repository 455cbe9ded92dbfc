package dev.latentstream.captioning;

import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.DensityLevel;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans captions from the policies in force and the configured levels.
 *
 * <p>Levels in a policy that are not configured are ignored together with their weight. A policy without any configured level is
 * replaced by equal weights of all configured levels, as version 0. Each is logged once. Not thread-safe.
 */
final class CaptionPlanner {
    private static final Logger LOG = LoggerFactory.getLogger(CaptionPlanner.class);

    private final Function<String, VersionedPolicy<CaptionPolicy>> policies;
    private final Map<String, DensityTarget> known;
    private final Set<VersionedPolicy<CaptionPolicy>> warned = new HashSet<>();

    /** @param policies the policy in force by source */
    CaptionPlanner(Function<String, VersionedPolicy<CaptionPolicy>> policies, List<DensityTarget> levels) {
        this.policies = policies;
        this.known = levels.stream().collect(Collectors.toUnmodifiableMap(DensityTarget::name, Function.identity()));
    }

    /** Returns the policy by which a source's images are captioned. */
    VersionedPolicy<CaptionPolicy> inForce(String source) {
        VersionedPolicy<CaptionPolicy> inForce = policies.apply(source);
        List<String> unknown = inForce.policy().getLevels().stream()
                .filter(level -> level.getWeight() > 0)
                .map(DensityLevel::getName)
                .filter(name -> !known.containsKey(name))
                .toList();
        if (unknown.isEmpty()) {
            return inForce;
        }
        boolean usable = inForce.policy().getLevels().stream()
                .anyMatch(level -> level.getWeight() > 0 && known.containsKey(level.getName()));
        if (warned.add(inForce)) {
            LOG.atWarn()
                    .addKeyValue("source", source)
                    .addKeyValue("version", inForce.version())
                    .addKeyValue("unknown", unknown)
                    .addKeyValue("known", known.keySet())
                    .log(
                            usable
                                    ? "caption policy names unknown levels"
                                    : "caption policy names no known level: ignored");
        }
        return usable ? inForce : new VersionedPolicy<>(0, fallback());
    }

    private CaptionPolicy fallback() {
        return CaptionPolicy.newBuilder(PolicyRules.builtInCaption())
                .setLevels(known.keySet().stream()
                        .sorted()
                        .map(name -> new DensityLevel(name, 1.0))
                        .toList())
                .build();
    }

    CaptionPlan plan(CaptionPolicy policy, String imageId, int revision) {
        return CaptionPlan.of(policy, known, imageId, revision);
    }
}
