package dev.latentstream.trainer.feed;

import dev.latentstream.runtime.policy.MixtureSchedule;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerSource;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.feed.FeedItem.Removed;
import dev.latentstream.trainer.feed.settings.FeedRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The feed as a state machine. It changes by events only: a policy that takes effect, a topic that is opened, a record that is taken, a
 * tombstone that is read, a sample that is drawn. It knows no clock, no arrival and no random state: the same events make the same
 * samples. Each event is also written to the {@link StepRecord} of its step. Not thread-safe.
 */
final class FeedState {
    private final Topics topics;
    private final SortedMap<String, SourceBuffer> sources = new TreeMap<>(); // by name of the source
    private final Map<String, SourceBuffer> byTopic = new HashMap<>();
    private LedgerRun run;
    private FeedRules rules;
    private VersionedPolicy<MixturePolicy> policy;
    private MixturePolicy now; // the policy at the current step
    private @Nullable SortedMap<String, Double> shares; // under it, of the sources at present
    private long step;
    private long samples;
    private StepRecord record;

    /** The state after a step; of a new run, after step 0. */
    FeedState(Topics topics, FeedSnapshot snapshot) {
        this.topics = topics;
        run = snapshot.run();
        rules = FeedRules.of(run.getSettings());
        policy = snapshot.policy();
        step = snapshot.step();
        now = MixtureSchedule.at(policy.policy(), step);
        samples = snapshot.samples();
        record = new StepRecord(step);
        snapshot.sources().forEach(source -> add(SourceBuffer.of(source, run.getSeed())));
    }

    /**
     * The source of a sample.
     *
     * @param drawn the source that its weight chose
     * @param source the source that it is drawn from
     */
    record Choice(String drawn, String source) {}

    long seed() {
        return run.getSeed();
    }

    FeedRules rules() {
        return rules;
    }

    long step() {
        return step;
    }

    VersionedPolicy<MixturePolicy> policy() {
        return policy;
    }

    /** Returns the policy as its schedule has it at the current step. */
    VersionedPolicy<MixturePolicy> policyNow() {
        return new VersionedPolicy<>(policy.version(), now);
    }

    /** Returns the names of all sources that are read, including those without weight. */
    Collection<String> sources() {
        return List.copyOf(sources.keySet());
    }

    SourceBuffer source(String name) {
        SourceBuffer source = sources.get(name);
        if (source == null) {
            throw new IllegalArgumentException("the run does not read the source " + name);
        }
        return source;
    }

    boolean isReady(String name) {
        return source(name).size() >= rules.required();
    }

    /** Returns the share of each source with weight at the current step. */
    SortedMap<String, Double> shares() {
        SortedMap<String, Double> known = shares;
        if (known == null) {
            known = Collections.unmodifiableSortedMap(Mixture.shares(now, sources.keySet()));
            shares = known;
        }
        return known;
    }

    void begin() {
        step++;
        apply(policy);
        record = new StepRecord(step);
    }

    void run(LedgerRun facts) {
        run = facts;
        rules = FeedRules.of(facts.getSettings());
        record.run(facts);
    }

    void policy(VersionedPolicy<MixturePolicy> next) {
        if (step == 1 || !next.policy().equals(policy.policy())) {
            record.mixture(next.policy());
        }
        apply(next);
    }

    private void apply(VersionedPolicy<MixturePolicy> next) {
        policy = next;
        now = MixtureSchedule.at(next.policy(), step);
        shares = null;
    }

    void open(LedgerSource source) {
        Map<Integer, Long> next = new HashMap<>();
        for (int i = 0; i < source.getNext().size(); i++) {
            next.put(i, source.getNext().get(i));
        }
        if (!byTopic.containsKey(source.getTopic())) {
            add(new SourceBuffer(source.getTopic(), run.getSeed()));
        }
        of(source.getTopic()).open(source.getTopicId(), next);
        record.opened(source);
    }

    private void add(SourceBuffer source) {
        sources.put(topics.sourceOfLatents(source.topic()), source);
        byTopic.put(source.topic(), source);
        shares = null;
    }

    private SourceBuffer of(String topic) {
        SourceBuffer source = byTopic.get(topic);
        return source == null ? source(topics.sourceOfLatents(topic)) : source; // the latter refuses it
    }

    void leave(String topic) {
        record.left(topic);
    }

    void remove(Removed tombstone) {
        if (of(tombstone.position().topic()).remove(tombstone)) {
            record.removed(tombstone);
        }
    }

    void take(FeedItem item) {
        taken(item.position()).take(item);
    }

    /** Takes a record that does not enter the buffer, since its image is removed. */
    void withhold(RecordPosition position, String imageId) {
        taken(position).withhold(position);
        record.withheld(position, imageId);
    }

    /** Continues in a partition with another record than the one after the last. */
    void moveTo(TopicPartition partition, long offset) {
        of(partition.topic()).moveTo(partition.partition(), offset);
    }

    private SourceBuffer taken(RecordPosition position) {
        SourceBuffer source = of(position.topic());
        record.taken(position, source.next(position.partition()));
        return source;
    }

    /** Returns whether latents entered or left the buffers in this step: a repeated step has first tombstones, then removals, then takes. */
    boolean hasChangedBuffers() {
        return record.hasChangedBuffers();
    }

    /** Returns the latents of some images in the buffers. */
    List<LatentSample> latentsOf(Predicate<String> images) {
        return sources.values().stream()
                .flatMap(source -> source.latentsOf(images).stream())
                .toList();
    }

    /** Drops a latent of a removed image from the buffer of its source. */
    void purge(RecordPosition latent, String imageId) {
        of(latent.topic()).purge(imageId);
        record.purged(latent, imageId);
    }

    /** Leaves a sample that was drawn out of the training. */
    void skip(int sample) {
        record.skipped(sample);
    }

    /** Returns the source that the weights choose for the next sample; empty if none has weight. */
    Optional<String> drawnSource() {
        return Mixture.draw(shares(), run.getSeed(), "source", samples);
    }

    /** Returns the source of the next sample; empty if none is ready that may be drawn from. */
    Optional<Choice> choose() {
        Optional<String> drawn = drawnSource();
        if (drawn.isEmpty() || isReady(drawn.get())) {
            return drawn.map(source -> new Choice(source, source));
        }
        return switch (rules.whenDry()) {
            case WAIT -> Optional.empty();
            case REDISTRIBUTE, REPEAT -> {
                List<String> ready =
                        sources.keySet().stream().filter(this::isReady).toList();
                yield Mixture.draw(Mixture.shares(now, ready), run.getSeed(), "source instead", samples)
                        .map(other -> new Choice(drawn.get(), other));
            }
        };
    }

    /**
     * Draws the next sample.
     *
     * @param stays whether it stays in the buffer, because its source is dry and repeats
     */
    ChosenSample draw(Choice choice, boolean stays) {
        LatentSample sample = source(choice.source()).draw(samples, stays);
        int caption = CaptionChoice.of(sample.captions(), now, run.getSeed(), samples);
        boolean replaced = !choice.drawn().equals(choice.source());
        record.drawn(sample, caption, stays, replaced ? source(choice.drawn()).topic() : null);
        samples++;
        return new ChosenSample(
                choice.source(), sample, caption, Mixture.lossWeight(now, sources.keySet(), choice.source()));
    }

    /** Returns the ledger record of the current step. */
    LedgerStep ledger() {
        return record.ledger(policy.version());
    }

    FeedSnapshot snapshot() {
        List<SourceState> states = new ArrayList<>();
        sources.values().forEach(source -> states.add(source.state()));
        return new FeedSnapshot(step, samples, run, policy, states);
    }
}
