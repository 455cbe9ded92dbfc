package dev.latentstream.app.control;

import dev.latentstream.captioning.DensityTarget;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.runtime.Names;
import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.runtime.policy.SourceWeights;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.DensityLevel;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/**
 * The names that a policy may use, as far as this process knows them: stages elsewhere may have other levels, and a source may appear
 * later, so that an unknown name is no error.
 *
 * @param levels density levels of the settings
 * @param sources sources that have latents
 * @param delivering sources that have latents or images
 * @param scores that ingest measures, or models gave to the newest images
 */
record PolicyNames(Set<String> levels, Set<String> sources, Set<String> delivering, Set<String> scores) {
    PolicyNames {
        levels = new TreeSet<>(levels);
        sources = new TreeSet<>(sources);
        delivering = new TreeSet<>(delivering);
        scores = new TreeSet<>(scores);
    }

    /**
     * Returns the names that a cluster knows.
     *
     * @param latentTopics names of its latent topics
     * @param images its newest ones
     */
    static PolicyNames of(
            List<DensityTarget> levels, Collection<String> latentTopics, Topics topics, RecentImages images) {
        Set<String> sources = latentTopics.stream().map(topics::sourceOfLatents).collect(Collectors.toSet());
        Set<String> delivering = new TreeSet<>(sources);
        delivering.addAll(images.sources());
        Set<String> scores = new TreeSet<>(IngestStage.SCORES);
        scores.addAll(images.scores());
        return new PolicyNames(
                levels.stream().map(DensityTarget::name).collect(Collectors.toSet()), sources, delivering, scores);
    }

    /** Returns a line if the scope of a policy is a source that has delivered nothing lately. */
    List<String> unknownScope(String scope) {
        List<String> lines = new ArrayList<>();
        if (!scope.equals(PolicyKind.EVERYWHERE)) {
            warn(List.of(scope), delivering, "no latents and no recent images of source", "there are those of", lines);
        }
        return List.copyOf(lines);
    }

    /** Returns a line for each name in a policy that has no effect now. */
    List<String> unknown(SpecificRecord policy) {
        List<String> lines = new ArrayList<>();
        if (policy instanceof CaptionPolicy caption) {
            levels(caption.getLevels().stream().map(DensityLevel::getName).toList(), lines);
        } else if (policy instanceof MixturePolicy mixture) {
            levels(mixture.getLevelWeights().keySet(), lines);
            sources(mixture.getSourceWeights().keySet(), lines);
            sources(mixture.getObjectiveWeights().keySet(), lines);
        } else if (policy instanceof FilterPolicy filter) {
            Set<String> bounded = new TreeSet<>(filter.getMinScores().keySet());
            bounded.addAll(filter.getMaxScores().keySet());
            warn(bounded, scores, "no recent image has the score", "there are", lines);
        }
        return List.copyOf(lines);
    }

    /** A pattern has an effect if it matches a source that there is. */
    private void sources(Collection<String> named, List<String> lines) {
        List<String> without = named.stream()
                .filter(name -> sources.stream().noneMatch(source -> SourceWeights.matches(name, source)))
                .sorted()
                .toList();
        warn(without, sources, "no latents of source", "there are those of", lines);
    }

    private void levels(Collection<String> named, List<String> lines) {
        warn(named, levels, "captioning.levels has no", "it has", lines);
    }

    private static void warn(
            Collection<String> named, Collection<String> known, String none, String others, List<String> lines) {
        named.stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> lines.add("%s \"%s\"; %s %s".formatted(none, name, others, Names.listed(known))));
    }
}
