package dev.latentstream.trainer.feed.settings;

import dev.latentstream.schemas.KebabCase;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The settings that the sequence of samples depends on.
 *
 * @param batchSize samples per step
 * @param whenDry behaviour while a source has nothing new
 * @param shuffle latents in the shuffle buffer of a source
 * @param minimum latents from which a source is drawn from; under {@code wait} its whole {@code shuffle}
 */
public record FeedRules(int batchSize, WhenDry whenDry, int shuffle, int minimum) {
    private static final String BATCH_SIZE = "batch-size";
    private static final String WHEN_DRY = "feed.when-dry";
    private static final String SHUFFLE = "feed.shuffle";
    private static final String MINIMUM = "feed.minimum";

    public static FeedRules of(int batchSize, FeedSettings settings) {
        BufferSettings buffers = settings.buffers();
        return new FeedRules(batchSize, settings.whenDry(), buffers.shuffle(), buffers.minimum());
    }

    /** Returns the rules among the recorded settings of a run. */
    public static FeedRules of(Map<String, String> recorded) {
        return new FeedRules(
                Integer.parseInt(value(recorded, BATCH_SIZE)),
                WhenDry.valueOf(value(recorded, WHEN_DRY).toUpperCase(Locale.ROOT)),
                Integer.parseInt(value(recorded, SHUFFLE)),
                Integer.parseInt(value(recorded, MINIMUM)));
    }

    /** Returns the rules by their keys in the settings. */
    public SortedMap<String, String> recorded() {
        return new TreeMap<>(Map.of(
                BATCH_SIZE, Integer.toString(batchSize),
                WHEN_DRY, KebabCase.of(whenDry),
                SHUFFLE, Integer.toString(shuffle),
                MINIMUM, Integer.toString(minimum)));
    }

    /** Returns the latents that a source must have before it is drawn from. */
    public int required() {
        return switch (whenDry) {
            case WAIT -> shuffle;
            case REDISTRIBUTE, REPEAT -> minimum;
        };
    }

    private static String value(Map<String, String> recorded, String key) {
        String value = recorded.get(key);
        if (value == null) {
            throw new IllegalArgumentException("the recorded settings %s have no %s".formatted(recorded, key));
        }
        return value;
    }
}
