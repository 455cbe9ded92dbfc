package dev.latentstream.trainer;

import dev.latentstream.schemas.BufferedLatent;
import dev.latentstream.schemas.Latent;
import dev.latentstream.trainer.feed.FeedSnapshot;
import dev.latentstream.trainer.feed.LatentSample;
import dev.latentstream.trainer.feed.RecordPosition;
import dev.latentstream.trainer.feed.SourceState;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/** The latents of a run's shuffle buffers as an Avro container file, so that resuming needs no record of the log that was read. */
final class BufferFile {
    private BufferFile() {}

    /** Writes the latents of all sources, each in the order of its buffer, and syncs the file to disk. */
    static void write(Path file, FeedSnapshot snapshot) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                DataFileWriter<BufferedLatent> writer =
                        new DataFileWriter<>(new SpecificDatumWriter<>(BufferedLatent.class))) {
            writer.create(BufferedLatent.getClassSchema(), Channels.newOutputStream(channel));
            for (SourceState source : snapshot.sources()) {
                for (LatentSample sample : source.latents()) {
                    RecordPosition at = sample.position();
                    writer.append(new BufferedLatent(
                            at.topic(), at.partition(), at.offset(), sample.imageId(), sample.latent()));
                }
            }
            writer.flush();
            channel.force(true);
        }
    }

    /** Returns a state that was written, with the latents of its buffers. */
    static FeedSnapshot read(Path file, FeedSnapshot snapshot) throws IOException {
        Map<String, List<LatentSample>> latents = new HashMap<>();
        try (DataFileReader<BufferedLatent> reader =
                new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(BufferedLatent.class))) {
            for (BufferedLatent buffered : reader) {
                Latent latent = buffered.getLatent();
                RecordPosition at =
                        new RecordPosition(buffered.getTopic(), buffered.getPartition(), buffered.getOffset());
                latents.computeIfAbsent(at.topic(), topic -> new ArrayList<>())
                        .add(new LatentSample(at, buffered.getImage(), latent));
            }
        }
        List<SourceState> sources = snapshot.sources().stream()
                .map(source -> source.withLatents(latents.getOrDefault(source.topic(), List.of())))
                .toList();
        return new FeedSnapshot(snapshot.step(), snapshot.samples(), snapshot.run(), snapshot.policy(), sources);
    }
}
