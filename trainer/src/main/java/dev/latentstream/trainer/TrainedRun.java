package dev.latentstream.trainer;

import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.trainer.feed.LatentFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A run as its newest checkpoint describes it.
 *
 * @param run its name
 * @param step of the checkpoint
 * @param facts on which its samples and weights depend
 * @param network without weights
 */
public record TrainedRun(String run, long step, LedgerRun facts, Backbone network) {
    /** Reads the description in the folder of a run; empty without a checkpoint. */
    public static Optional<TrainedRun> read(Path runFolder) throws IOException {
        Optional<Path> checkpoint = Checkpoints.latest(runFolder);
        if (checkpoint.isEmpty()) {
            return Optional.empty();
        }
        RunState state = RunState.describe(checkpoint.get());
        return Optional.of(new TrainedRun(
                state.run(), state.feed().step(), state.feed().run(), DiffusionTraining.describe(checkpoint.get())));
    }

    /** Returns the format of its latents. */
    public LatentFormat format() {
        return new LatentFormat(facts.getEncoderId(), facts.getShape(), facts.getType());
    }
}
