package dev.latentstream.trainer.feed;

import dev.latentstream.models.optim.Seeds;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.MixturePolicy;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
        int alt = count(captions, CaptionKind.ALT, null);
        if (alt == captions.size() || (alt > 0 && kind < policy.getAltTextProbability())) {
            return nth((int) (index * alt), captions, CaptionKind.ALT, null);
        }
        @Nullable String drawn = level(captions, policy, level);
        int candidates = count(captions, CaptionKind.SYNTHETIC, drawn);
        return nth((int) (index * candidates), captions, CaptionKind.SYNTHETIC, drawn);
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

    /** Draws the level of a synthetic caption by weight, the levels in the order of their names; null for any. */
    private static @Nullable String level(List<Caption> captions, MixturePolicy policy, double at) {
        SortedSet<String> levels = new TreeSet<>();
        for (Caption caption : captions) {
            if (caption.getKind() == CaptionKind.SYNTHETIC) {
                levels.add(level(caption));
            }
        }
        double sum = 0;
        for (String level : levels) {
            sum += policy.getLevelWeights().getOrDefault(level, 1.0);
        }
        double left = at * sum;
        for (String level : levels) {
            left -= policy.getLevelWeights().getOrDefault(level, 1.0);
            if (left < 0) {
                return level;
            }
        }
        return null;
    }

    private static String level(Caption caption) {
        return caption.getLevel().orElse("synthetic");
    }

    private static int count(List<Caption> captions, CaptionKind kind, @Nullable String level) {
        int count = 0;
        for (Caption caption : captions) {
            count += is(caption, kind, level) ? 1 : 0;
        }
        return count;
    }

    /** Returns the index of the n-th caption of a kind and a level; of a level of null, of any. */
    private static int nth(int n, List<Caption> captions, CaptionKind kind, @Nullable String level) {
        int before = 0;
        for (int i = 0; i < captions.size(); i++) {
            if (is(captions.get(i), kind, level) && before++ == n) {
                return i;
            }
        }
        throw new IllegalArgumentException("%d captions have no %d of kind %s".formatted(captions.size(), n, kind));
    }

    private static boolean is(Caption caption, CaptionKind kind, @Nullable String level) {
        return caption.getKind() == kind && (level == null || level.equals(level(caption)));
    }
}
