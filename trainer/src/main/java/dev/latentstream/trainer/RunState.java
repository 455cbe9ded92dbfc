package dev.latentstream.trainer;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.SourceState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The part of a checkpoint that is not tensors. It has no random state, since every draw is a function of the seed and the step.
 *
 * @param step steps that are completed
 * @param format format of the run's latents
 * @param textEncoder id of the text encoder
 * @param mixturePolicy version of the mixture policy under which the last step was drawn
 * @param sources position of the run in each source
 */
record RunState(
        String run,
        long seed,
        int batchSize,
        long step,
        @JsonAlias("form") LatentFormat format,
        String textEncoder,
        long mixturePolicy,
        List<SourceState> sources) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = "state.json";

    RunState {
        sources = List.copyOf(sources);
    }

    static RunState read(Path checkpoint) throws IOException {
        Path file = checkpoint.resolve(FILE);
        try {
            return JSON.readValue(file.toFile(), RunState.class);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new IOException(file + " is not a run's state: " + e.getOriginalMessage(), e);
        }
    }

    void write(Path checkpoint) throws IOException {
        byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        try (FileChannel channel =
                FileChannel.open(checkpoint.resolve(FILE), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(json);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Refuses settings that would make the resumed run a different one. */
    void check(TrainerSettings settings, String encoder) {
        check("run", run, settings.run().run());
        check("seed", seed, settings.run().seed());
        check("batch size", batchSize, settings.batchSize());
        check("text encoder", textEncoder, encoder);
    }

    private void check(String name, Object recorded, Object configured) {
        if (!recorded.equals(configured)) {
            throw new IllegalArgumentException("the checkpoint of step %d has the %s %s, the settings have %s"
                    .formatted(step, name, recorded, configured));
        }
    }
}
