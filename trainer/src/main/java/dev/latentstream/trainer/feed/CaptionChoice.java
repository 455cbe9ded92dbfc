package dev.latentstream.trainer.feed;

import dev.latentstream.models.optim.Seeds;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.MixturePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Chooses the caption of each sample: a function of the seed, the sample's index, the policy and the captions. */
public final class CaptionChoice {
    /** The empty caption, which the network must be trained on for classifier-free guidance. */
    public static final int NONE = -1;

    private CaptionChoice() {}

    /**
     * Returns the index of the caption, or {@link #NONE}.
     *
     * <p>Given both kinds, the alt text is chosen with the policy's probability. Among synthetic captions a density level is drawn by
     * weight, then one of its captions uniformly; if all levels have weight 0, one of all synthetic captions.
     */
    static int of(List<Caption> captions, MixturePolicy policy, long seed, long sample) {
        SplittableRandom random = Seeds.random(seed, "caption", sample);
        double drop = random.nextDouble();
        double kind = random.nextDouble();
        double level = random.nextDouble();
        double index = random.nextDouble();
        if (drop < policy.getCaptionDrop()) {
            return NONE;
        }
        List<Integer> alt = indexes(captions, c -> c.getKind() == CaptionKind.ALT);
        List<Integer> synthetic = indexes(captions, c -> c.getKind() == CaptionKind.SYNTHETIC);
        if (synthetic.isEmpty() || (!alt.isEmpty() && kind < policy.getAltTextProbability())) {
            return pick(alt, index);
        }
        return pick(ofLevel(captions, synthetic, policy, level), index);
    }

    /** Returns the name under which a choice is counted: {@code none}, {@code alt}, or the density level. */
    static String name(List<Caption> captions, int choice) {
        if (choice == NONE) {
            return "none";
        }
        Caption caption = captions.get(choice);
        return switch (caption.getKind()) {
            case ALT -> "alt";
            case SYNTHETIC -> level(caption);
        };
    }

    private static List<Integer> ofLevel(
            List<Caption> captions, List<Integer> synthetic, MixturePolicy policy, double at) {
        SortedMap<String, List<Integer>> levels = new TreeMap<>();
        synthetic.forEach(i -> levels.computeIfAbsent(level(captions.get(i)), l -> new ArrayList<>())
                .add(i));
        double sum = 0;
        for (String level : levels.keySet()) {
            sum += policy.getLevelWeights().getOrDefault(level, 1.0);
        }
        double left = at * sum;
        for (String level : levels.keySet()) {
            left -= policy.getLevelWeights().getOrDefault(level, 1.0);
            if (left < 0) {
                return levels.getOrDefault(level, List.of());
            }
        }
        return synthetic;
    }

    private static String level(Caption caption) {
        return caption.getLevel().orElse("synthetic");
    }

    private static List<Integer> indexes(List<Caption> captions, Predicate<Caption> filter) {
        return IntStream.range(0, captions.size())
                .filter(i -> filter.test(captions.get(i)))
                .boxed()
                .toList();
    }

    private static int pick(List<Integer> indexes, double at) {
        return indexes.get((int) (at * indexes.size()));
    }
}
