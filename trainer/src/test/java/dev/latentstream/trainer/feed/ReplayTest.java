package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.LogConsumer;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import dev.latentstream.trainer.ledger.EndOfStepsException;
import dev.latentstream.trainer.ledger.LostRecordsException;
import dev.latentstream.trainer.ledger.Replay;
import dev.latentstream.trainer.ledger.RunLedger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that replays another one draws its samples. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ReplayTest {
    private static final int STEPS = 90; // more than are read ahead
    private static final TopicPartition LEDGER = new TopicPartition("training-ledger", 0);
    private static final TopicPartition A0 = new TopicPartition("latents-a", 0);

    private final Meters meters = new Meters();
    private final AtomicReference<VersionedPolicy<MixturePolicy>> policy =
            new AtomicReference<>(new VersionedPolicy<>(0, Fixtures.policy()));
    private final InMemoryLog log = new InMemoryLog();
    private final InMemoryLog own = new InMemoryLog(); // its ledger alone
    private final RemovedImages removed = new RemovedImages();
    private LogConsumer<byte[], ByteBuffer> latents = new LogConsumer<>();

    @AfterEach
    void close() {
        meters.close();
    }

    @ParameterizedTest
    @EnumSource
    void aReplayHasTheSamplesOfTheRunUpToItsEnd(WhenDry whenDry) throws InterruptedException {
        List<LedgerStep> recorded = record(whenDry);

        try (LatentFeed feed = feed()) {
            BatchAssembler replay = replay(feed, start(whenDry), 0);
            for (int step = 1; step <= STEPS; step++) {
                assertThat(replay.next().step()).isEqualTo(step);
            }

            assertThatThrownBy(replay::next)
                    .isInstanceOf(EndOfStepsException.class)
                    .hasMessage("the ledger of the run run ended at step 90 when it was opened");
        }
        assertThat(own.steps())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("run")
                .isEqualTo(recorded);
        assertThat(own.steps().get(0).getRun().map(LedgerRun::getTextEncoder)).contains("another");
        assertThat(own.steps().subList(1, STEPS)).allMatch(step -> step.getRun().isEmpty());
    }

    @Test
    void aReplayThatIsKilledRepeatsItsOwnStepsAndContinuesWithThoseOfTheRun() throws InterruptedException {
        List<LedgerStep> recorded = record(WhenDry.REPEAT);
        FeedSnapshot checkpoint = start(WhenDry.REPEAT);
        try (LatentFeed feed = feed()) {
            BatchAssembler replay = replay(feed, checkpoint, 0);
            for (int step = 1; step <= 40; step++) {
                TrainingBatch batch = replay.next();
                checkpoint = step == 30 ? batch.after() : checkpoint;
            }
        }

        latents = reader();
        try (LatentFeed feed = feed()) {
            BatchAssembler resumed = replay(feed, checkpoint, 30);
            for (int step = 31; step <= STEPS; step++) {
                assertThat(resumed.next().step()).isEqualTo(step);
            }
        }

        assertThat(own.steps())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("run")
                .isEqualTo(recorded);
    }

    @Test
    void anImageThatWasRemovedSinceIsDrawnButNotTrainedAndTheLedgerSaysSo() throws InterruptedException {
        List<LedgerStep> recorded = record(WhenDry.WAIT);
        String image = recorded.get(6).getSamples().get(2).getImage();
        removed.add(image);

        try (LatentFeed feed = feed()) {
            BatchAssembler replay = replay(feed, start(WhenDry.WAIT), 0);
            List<TrainingBatch> batches = new ArrayList<>();
            for (int step = 1; step <= STEPS; step++) {
                batches.add(replay.next());
            }

            assertThat(batches)
                    .flatExtracting(TrainingBatch::samples)
                    .hasSize(8 * STEPS - 1)
                    .extracting(chosen -> chosen.sample().imageId())
                    .doesNotContain(image);
        }
        assertThat(own.steps().get(6).getSkipped()).containsExactly(2);
        assertThat(own.steps()).extracting(LedgerStep::getSamples).isEqualTo(samples(recorded));
    }

    private static List<List<LedgerSample>> samples(List<LedgerStep> steps) {
        return steps.stream().map(LedgerStep::getSamples).toList();
    }

    @Test
    void latentsThatRetentionDeletesMeanwhileAreNamed() throws InterruptedException {
        record(WhenDry.REPEAT);
        latents.updateBeginningOffsets(Map.of(A0, 3L));

        try (LatentFeed feed = feed()) {
            BatchAssembler replay = replay(feed, start(WhenDry.REPEAT), 0);

            assertThatThrownBy(replay::next)
                    .hasRootCauseInstanceOf(LostRecordsException.class)
                    .hasMessageMatching(
                            ".*the log no longer has latents: step 1 of the run run needs latents-a-0, offsets 0 to \\d+; it begins at 3");
        }
    }

    @Test
    void aRunOfWhichTheLogLacksLatentsIsRefusedWithItsFirstSuchStep() throws InterruptedException {
        List<LedgerStep> recorded = record(WhenDry.REPEAT);
        ReplayCheck check = check(recorded);
        Map<String, LatentTopic> topics = topics("id-latents-a", 2);
        check.check(latents, topics); // nothing is lost

        latents.updateBeginningOffsets(Map.of(A0, 3L));

        assertThatThrownBy(() -> check.check(latents, topics))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage(
                        "the run run cannot be replayed: its step 1 took latents-a-0 from offset 0 on, of which the log"
                                + " no longer has the offsets 0 to 2; it begins at 3");
    }

    @Test
    void aRunOfATopicThatEndsEarlierIsRefused() throws InterruptedException {
        ReplayCheck check = check(record(WhenDry.REPEAT));
        latents.updateEndOffsets(Map.of(A0, 70L));

        assertThatThrownBy(() -> check.check(latents, topics("id-latents-a", 2)))
                .hasMessageMatching(
                        "the run run cannot be replayed: its step \\d+ took latents-a-0 up to offset \\d+; it ends at 70");
    }

    @Test
    void aRunOfATopicThatWasRecreatedIsRefused() throws InterruptedException {
        ReplayCheck check = check(record(WhenDry.REPEAT));

        assertThatThrownBy(() -> check.check(latents, topics("other", 2)))
                .hasMessageMatching(
                        "the run run cannot be replayed: its step 1 took latents-a-\\d from offset 0 on, of the"
                                + " topic with the id id-latents-a; the topic was recreated, it has the id other and 2 partitions");
    }

    private static Map<String, LatentTopic> topics(String id, int partitions) {
        return Map.of(
                "latents-a", new LatentTopic("latents-a", id, partitions),
                "latents-b", new LatentTopic("latents-b", "id-latents-b", 1));
    }

    private ReplayCheck check(List<LedgerStep> recorded) {
        ReplayCheck check = new ReplayCheck("run", start(WhenDry.REPEAT));
        recorded.forEach(check::add);
        return check;
    }

    /** Records a run under a policy that changes; its smaller source runs dry. */
    private List<LedgerStep> record(WhenDry whenDry) throws InterruptedException {
        log.topic("latents-a", 2, 900);
        log.topic("latents-b", 1, whenDry == WhenDry.WAIT ? 900 : 60);
        FeedSnapshot start = InMemoryLog.start(facts(whenDry, "fake"));
        BatchAssembler live = log.assembler(start, List.of(), log.arrived(start), policy::get, start.run(), meters);
        for (int step = 1; step <= STEPS; step++) {
            if (step == 50) {
                policy.set(new VersionedPolicy<>(
                        1,
                        MixturePolicy.newBuilder()
                                .setSourceWeights(Map.of("b", 3.0))
                                .build()));
            }
            TrainingBatch unused = live.next();
        }
        latents = reader();
        return log.steps();
    }

    /** Returns a consumer of all latents. */
    private LogConsumer<byte[], ByteBuffer> reader() {
        LogConsumer<byte[], ByteBuffer> reader = new LogConsumer<>();
        for (TopicPartition partition :
                List.of(A0, new TopicPartition("latents-a", 1), new TopicPartition("latents-b", 0))) {
            reader.with(
                    partition,
                    log.items(partition).stream()
                            .map(item -> ((Accepted) item).sample())
                            .map(sample -> Fixtures.record(
                                    partition, sample.position().offset(), sample.imageId(), sample.latent()))
                            .toList());
        }
        return reader;
    }

    private LatentFeed feed() {
        LatentQueues queues = new LatentQueues(20);
        LatentValidator validator = new LatentValidator(Fixtures.deserializer(), Fixtures.FORMAT);
        RangeReader reader =
                new RangeReader("trainer", latents, log.fixedTopics(), new Topics(""), validator, queues, meters);
        return new LatentFeed(reader, validator, queues, new Topics(""), meters);
    }

    private BatchAssembler replay(LatentFeed feed, FeedSnapshot from, long checkpoint) {
        List<ConsumerRecord<String, LedgerStep>> records = new ArrayList<>();
        log.steps()
                .forEach(step -> records.add(
                        new ConsumerRecord<>(LEDGER.topic(), LEDGER.partition(), records.size(), "run", step)));
        LogConsumer<String, LedgerStep> consumer = new LogConsumer<String, LedgerStep>().with(LEDGER, records);
        RunLedger ledger = RunLedger.open(LEDGER.topic(), "run", consumer, consumer::endOffsets, Duration.ofSeconds(1));
        feed.start();
        return feed.replaying(
                from,
                Fixtures.FORMAT,
                new Fixtures.FakeEncoder(),
                own.recordedAfter(checkpoint),
                removed,
                new Replay(ledger, theirs -> from.run(), null),
                own);
    }

    private static FeedSnapshot start(WhenDry whenDry) {
        return InMemoryLog.start(facts(whenDry, "another"));
    }

    private static LedgerRun facts(WhenDry whenDry, String textEncoder) {
        LedgerRun facts = Fixtures.facts(23, new FeedRules(8, whenDry, 12, 3));
        facts.setTextEncoder(textEncoder);
        return facts;
    }
}
