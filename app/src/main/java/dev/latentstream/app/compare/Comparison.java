package dev.latentstream.app.compare;

import java.time.Instant;
import java.util.List;

/**
 * The results of a comparison, for its page.
 *
 * @param command as it was typed
 * @param ended time of its end
 * @param runs the runs, the first one being that to which the others are compared
 * @param sameness up to which step they hold the same samples
 * @param prompts of the sample grids
 */
record Comparison(String command, Instant ended, List<ComparedRun> runs, List<String> sameness, List<String> prompts) {
    Comparison {
        runs = List.copyOf(runs);
        sameness = List.copyOf(sameness);
        prompts = List.copyOf(prompts);
    }
}
