package dev.latentstream.trainer.feed;

import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.feed.BatchAssembler.RunKey;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Topics of one partition with 200 latents each, which a run has read up to a state.
 *
 * @param step steps of the run so far
 * @param states where it resumes; empty for a new run
 */
public record PreloadedFeed(List<String> topics, long step, List<SourceState> states) {
    private static final int LATENTS = 200;

    /** Returns an assembler whose queues contain all latents after the state. */
    public BatchAssembler assembler(
            RunKey run,
            FeedSettings settings,
            TextEncoder encoder,
            Supplier<VersionedPolicy<MixturePolicy>> mixture,
            Meters meters) {
        LatentQueues queues = new LatentQueues(LATENTS);
        Map<RecordPosition, LatentSample> log = new HashMap<>();
        Map<TopicPartition, Long> next = LatentRecovery.next(states);
        for (String topic : topics) {
            TopicPartition partition = new TopicPartition(topic, 0);
            long start = next.getOrDefault(partition, 0L);
            queues.open(partition, start);
            for (long offset = 0; offset < LATENTS; offset++) {
                LatentSample sample = Fixtures.sample(partition, offset);
                log.put(sample.position(), sample);
                if (offset >= start) {
                    queues.put(new Accepted(sample));
                }
            }
        }
        BatchAssembler assembler =
                new BatchAssembler(run, Fixtures.FORMAT, settings, new Topics(""), queues, encoder, mixture, meters);
        assembler.restore(step, states, log);
        return assembler;
    }
}
