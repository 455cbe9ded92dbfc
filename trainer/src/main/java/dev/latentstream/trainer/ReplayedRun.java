package dev.latentstream.trainer;

import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.LogEnds;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.feed.BatchAssembler;
import dev.latentstream.trainer.feed.FeedSnapshot;
import dev.latentstream.trainer.feed.LatentFeed;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.ReplayCheck;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.ledger.Replay;
import dev.latentstream.trainer.ledger.ReportedSteps;
import dev.latentstream.trainer.ledger.RunLedger;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The run that another one replays: the steps in its ledger, and the settings that it decides, which are those that the sequence of samples
 * depends on. Not thread-safe.
 */
final class ReplayedRun implements FixedSequence {
    private final KafkaConnection connection;
    private final Consumer<String, LedgerStep> consumer;
    private final RunLedger ledger;
    private final LedgerRun facts;

    private ReplayedRun(
            KafkaConnection connection, Consumer<String, LedgerStep> consumer, RunLedger ledger, LedgerRun facts) {
        this.connection = connection;
        this.consumer = consumer;
        this.ledger = ledger;
        this.facts = facts;
    }

    /**
     * Opens the ledger of a run.
     *
     * @param name of the run that is replayed
     * @param settings of the run that replays it
     * @throws IllegalArgumentException if it is the same run, or the ledger does not have it
     * @throws dev.latentstream.trainer.ledger.LostRecordsException if retention has deleted its first step
     */
    static ReplayedRun open(KafkaConnection connection, String name, TrainerSettings settings) {
        if (name.equals(settings.run().run())) {
            throw new IllegalArgumentException(
                    "the run %s cannot replay itself: give the new run another name (train --run)".formatted(name));
        }
        Topic<LedgerStep> topic = connection.topics().trainingLedger();
        Consumer<String, LedgerStep> consumer =
                connection.lenientReader(topic, connection.groupId(settings.clientName()) + "-replay");
        try {
            Duration patience = settings.feed().patience();
            RunLedger ledger = RunLedger.open(topic.name(), name, consumer, LogEnds.on(connection, patience), patience);
            reported(connection, name, settings).ifPresent(ledger::endAt);
            ledger.rewind(1);
            LedgerRun facts = ledger.next()
                    .flatMap(LedgerStep::getRun)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "the ledger has no facts of the run %s at step 1".formatted(name)));
            return new ReplayedRun(connection, consumer, ledger, facts);
        } catch (RuntimeException failed) {
            consumer.close();
            throw failed;
        }
    }

    /** Returns the last step that the run is known to have trained. */
    private static OptionalLong reported(KafkaConnection connection, String name, TrainerSettings settings) {
        Topic<TrainingMetrics> topic = connection.topics().trainingMetrics();
        String client = connection.groupId(settings.clientName()) + "-replay-metrics";
        try (Consumer<String, TrainingMetrics> consumer = connection.lenientReader(topic, client)) {
            Duration patience = settings.feed().patience();
            return ReportedSteps.last(topic.name(), name, consumer, LogEnds.on(connection, patience), patience);
        }
    }

    @Override
    public String describe() {
        return "the run %s, %d steps".formatted(ledger.run(), ledger.lastStep());
    }

    @Override
    public LatentFormat format() {
        return new LatentFormat(facts.getEncoderId(), facts.getShape(), facts.getType());
    }

    @Override
    public TrainerSettings decided(TrainerSettings settings, @Nullable LedgerRun last) {
        LedgerRun recorded = last == null ? facts : last;
        FeedRules rules = FeedRules.of(recorded.getSettings());
        return settings.with(s -> {
            s.seed = recorded.getSeed();
            s.batchSize = rules.batchSize();
            s.feed = s.feed.withRules(rules);
        });
    }

    @Override
    public void check(FeedSnapshot from) {
        ReplayCheck.check(connection, ledger, from);
    }

    @Override
    public BatchAssembler assembler(LatentFeed feed, Start start) {
        Replay replay = new Replay(ledger, theirs -> facts(theirs, start.facts()), start.changed());
        return feed.replaying(
                start.from(), format(), start.encoder(), start.recorded(), start.removed(), replay, start.ledger());
    }

    /** Returns the facts of a run that replays this one, from a step on at which this one has new facts. */
    private static LedgerRun facts(LedgerRun recorded, LedgerRun own) {
        SortedMap<String, String> settings = new TreeMap<>(own.getSettings());
        settings.putAll(FeedRules.of(recorded.getSettings()).recorded());
        return new LedgerRun(
                recorded.getSeed(),
                recorded.getEncoderId(),
                recorded.getShape(),
                recorded.getType(),
                own.getTextEncoder(),
                settings);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
