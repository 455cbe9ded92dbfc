package dev.latentstream.captioning;

import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.DensityLevel;
import dev.latentstream.schemas.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The captions planned for an image: a pure function of the policy, the image id and the revision.
 *
 * <p>The levels are drawn by systematic sampling. The weights divide the unit interval; of K captions, caption k takes the level
 * at {@code (k + u) / K}, with one {@code u} per image, uniform in [0, 1). Each image's count of a level is therefore the level's
 * share of K rounded down or up, and over many images the mean is the exact share, for any K and any weights: K = 1 samples by
 * weight, and weights 0.7 and 0.3 with K = 10 give every image 7 and 3. Rounding to the largest remainder instead would never
 * give a level of small weight a caption.
 *
 * @param levels one caption each, in the policy's order of levels
 * @param seed seed of the captioner's sampling
 */
record CaptionPlan(List<DensityTarget> levels, long seed) {
    CaptionPlan {
        levels = List.copyOf(levels);
    }

    /**
     * Plans an image's captions.
     *
     * @param known the configured levels by name; others in the policy are ignored together with their weight
     * @param revision number of times the image was captioned before; each revision has another sample
     * @return a plan without levels if the policy names no known level
     */
    static CaptionPlan of(CaptionPolicy policy, Map<String, DensityTarget> known, String imageId, int revision) {
        ByteBuffer random = hash("captions/%d/%s".formatted(revision, imageId));
        double u = (random.getLong() >>> 11) * 0x1p-53;
        long seed = random.getLong();
        List<DensityLevel> levels = policy.getLevels().stream()
                .filter(level -> known.containsKey(level.getName()) && level.getWeight() > 0)
                .toList();
        double sum = levels.stream().mapToDouble(DensityLevel::getWeight).sum();
        List<DensityTarget> chosen = new ArrayList<>();
        if (sum > 0) {
            for (int k = 0; k < policy.getCaptionsPerImage(); k++) {
                DensityLevel level = at((k + u) / policy.getCaptionsPerImage() * sum, levels);
                chosen.add(known.get(level.getName()));
            }
        }
        return new CaptionPlan(chosen, seed);
    }

    private static DensityLevel at(double position, List<DensityLevel> levels) {
        double end = 0;
        for (DensityLevel level : levels) {
            end += level.getWeight();
            if (position < end) {
                return level;
            }
        }
        return levels.get(levels.size() - 1); // rounding may leave the last sum slightly too small
    }

    /** Hashes again: image ids are hashes, but the keys of foreign producers may not be. */
    private static ByteBuffer hash(String text) {
        return ByteBuffer.wrap(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
