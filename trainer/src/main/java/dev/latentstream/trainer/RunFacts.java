package dev.latentstream.trainer;

import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.trainer.feed.settings.SequenceSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares the facts that a run recorded with those of the settings that it is resumed with. */
final class RunFacts {
    private RunFacts() {}

    /** Refuses settings that would make a resumed run another one, whatever the user allows. */
    static void checkIdentity(LedgerRun recorded, LedgerRun configured) {
        List<String> differences = new ArrayList<>();
        compare(differences, "seed", recorded.getSeed(), configured.getSeed());
        compare(differences, "text encoder", recorded.getTextEncoder(), configured.getTextEncoder());
        for (String key :
                List.of(SequenceSettings.REPLAY, SequenceSettings.DATASET, SequenceSettings.DATASET_CHECKSUM)) {
            compare(
                    differences,
                    key,
                    recorded.getSettings().getOrDefault(key, "none"),
                    configured.getSettings().getOrDefault(key, "none"));
        }
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(
                    "the run cannot be resumed with %s: start a new one, or set what was recorded"
                            .formatted(String.join(", ", differences)));
        }
    }

    /**
     * Refuses settings that change the samples or the weights of a resumed run.
     *
     * @param isAllowed whether other settings apply from here on instead
     */
    static void check(LedgerRun recorded, LedgerRun configured, boolean isAllowed) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>(recorded.getSettings().keySet());
        keys.retainAll(
                configured.getSettings().keySet()); // a setting that came or went with a version has no other value
        keys.forEach(key -> compare(
                differences,
                key,
                recorded.getSettings().get(key),
                configured.getSettings().get(key)));
        if (!differences.isEmpty() && !isAllowed) {
            throw new IllegalArgumentException(
                    "the run was recorded with other settings: %s. Set what was recorded, or let them change from here on (train --change-settings)"
                            .formatted(String.join(", ", differences)));
        }
    }

    private static void compare(
            List<String> differences, String name, @Nullable Object recorded, @Nullable Object configured) {
        if (!Objects.equals(recorded, configured)) {
            differences.add("%s %s instead of %s".formatted(name, configured, recorded));
        }
    }
}
