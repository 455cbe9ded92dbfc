package dev.latentstream.captioning.recaption;

import dev.latentstream.captioning.Captioner;
import dev.latentstream.captioning.CaptioningSettings;
import dev.latentstream.captioning.CaptioningStage;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchLoop;
import dev.latentstream.runtime.batch.FailedRecords;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.runtime.removals.RemovalFollower;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Recaption;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Captions the images of a source again: reads {@code images} in a consumer group of its own, writes {@code captions}. Captions, rejections
 * and positions are one transaction, so one that was killed continues where it was. Several processes share the partitions of a recaption.
 */
public final class RecaptionStage implements Stage {
    private final String source;
    private final Recaption recaption;
    private final RecaptionLog log;
    private final RemovalFollower removals;
    private final RecaptionProcessor processor;
    private final BatchLoop<Image> loop;
    private final Captioner captioner;
    private @Nullable Map<TopicPartition, Long> last; // ends that were reached after all captions were written

    private RecaptionStage(
            String source,
            Recaption recaption,
            RecaptionLog log,
            RemovalFollower removals,
            RecaptionProcessor processor,
            BatchLoop<Image> loop,
            Captioner captioner) {
        this.source = source;
        this.recaption = recaption;
        this.log = log;
        this.removals = removals;
        this.processor = processor;
        this.loop = loop;
        this.captioner = captioner;
    }

    /**
     * The images that are captioned again.
     *
     * @param recaption one that was begun
     * @param imagesPerSecond limit of the rate; infinite for none
     */
    public record Task(String source, Recaption recaption, double imagesPerSecond) {}

    /**
     * Progress of a recaption.
     *
     * @param images captioned by this process
     * @param share of the images of all sources that was read, 0 to 1
     */
    public record Progress(long images, double share, boolean finished) {}

    /**
     * Wires the stage without starting it.
     *
     * @param policies must be started before the stage
     * @param captioner closed together with the stage
     */
    public static RecaptionStage create(
            KafkaConnection connection,
            Policies policies,
            CaptioningSettings settings,
            Captioner captioner,
            Task task,
            Meters meters) {
        RemovalFollower removals = new RemovalFollower(connection);
        RecaptionProcessor processor = new RecaptionProcessor(
                CaptioningStage.processor(
                        connection,
                        policies,
                        settings,
                        captioner,
                        meters,
                        task.recaption().getNumber()),
                new Selection(task.source(), task.recaption()),
                removals.images(),
                task.imagesPerSecond());
        BatchLoop<Image> loop = new BatchLoop<>(
                connection,
                name(task.source(), task.recaption()),
                connection.topics().images(),
                processor,
                settings.batch(),
                meters,
                FailedRecords.LEFT_OUT); // the captioning stage sets them aside
        return new RecaptionStage(
                task.source(),
                task.recaption(),
                new RecaptionLog(connection, Clock.systemUTC()),
                removals,
                processor,
                loop,
                captioner);
    }

    /** Returns the name of a recaption's stage, and of its consumer group. */
    static String name(String source, Recaption recaption) {
        return "recaption-%s-%d".formatted(source, recaption.getNumber());
    }

    /**
     * Returns the progress. A recaption is finished when it has read, beyond its images, what was written while it captioned them: some of
     * them may have been removed. It is marked as complete then.
     */
    public Progress progress() throws InterruptedException {
        Map<TopicPartition, Long> committed = log.committed(log.group(source, recaption));
        boolean captioned = isReached(committed, ends());
        if (captioned && last == null) {
            last = log.ends();
        }
        boolean finished = last != null && isReached(committed, last);
        if (finished) {
            log.finish(source, recaption);
        }
        return new Progress(processor.images(), captioned ? 1 : share(committed), finished);
    }

    @Override
    public String name() {
        return loop.name();
    }

    @Override
    public void start() {
        removals.start();
        loop.start();
    }

    @Override
    public void close() {
        processor.close();
        loop.close();
        removals.close();
        captioner.close();
    }

    @Override
    public Optional<Throwable> failure() {
        return loop.failure();
    }

    private Map<TopicPartition, Long> ends() {
        Map<TopicPartition, Long> ends = new HashMap<>();
        String topic = log.images();
        for (int i = 0; i < recaption.getEnds().size(); i++) {
            ends.put(new TopicPartition(topic, i), recaption.getEnds().get(i));
        }
        return ends;
    }

    private static boolean isReached(Map<TopicPartition, Long> committed, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    private double share(Map<TopicPartition, Long> committed) {
        long all = 0;
        long read = 0;
        for (Map.Entry<TopicPartition, Long> end : ends().entrySet()) {
            all += end.getValue();
            read += Math.min(end.getValue(), committed.getOrDefault(end.getKey(), 0L));
        }
        return all == 0 ? 1 : (double) read / all;
    }
}
