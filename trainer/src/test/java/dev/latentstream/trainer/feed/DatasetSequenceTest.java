package dev.latentstream.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.runtime.removals.RemovedImages;
import dev.latentstream.schemas.Dataset;
import dev.latentstream.schemas.DatasetSource;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.LedgerSample;
import dev.latentstream.schemas.LedgerStep;
import dev.latentstream.schemas.Topics;
import dev.latentstream.trainer.Fixtures;
import dev.latentstream.trainer.LogConsumer;
import dev.latentstream.trainer.dataset.DatasetRun;
import dev.latentstream.trainer.dataset.DatasetScan;
import dev.latentstream.trainer.feed.FeedItem.Accepted;
import dev.latentstream.trainer.feed.TopicDirectory.LatentTopic;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import dev.latentstream.trainer.ledger.EndOfStepsException;
import dev.latentstream.trainer.ledger.LostRecordsException;
import dev.latentstream.trainer.ledger.RecordedStep;
import dev.latentstream.trainer.ledger.Replay;
import dev.latentstream.trainer.ledger.RunLedger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A run on frozen latents draws each of them once in an epoch. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DatasetSequenceTest {
    private static final int BATCH = 8;
    private static final int EPOCHS = 3;
    private static final List<TopicPartition> PARTITIONS = List.of(
            new TopicPartition("latents-a", 0), new TopicPartition("latents-a", 1), new TopicPartition("latents-b", 0));

    private final Meters meters = new Meters();
    private final RemovedImages removed = new RemovedImages();
    private final InMemoryLog log = new InMemoryLog();
    private InMemoryLog own = new InMemoryLog(); // its ledger alone

    /** 120 and 90 latents of one source, 30 of another: 30 steps an epoch. */
    @BeforeEach
    void freeze() {
        log.topic("latents-a", 2, 120).topic("latents-b", 1, 30);
    }

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void eachEpochDrawsEachLatentOnceInAnOrderOfItsOwn() throws InterruptedException {
        List<LedgerStep> steps = train(dataset(), 0, InMemoryLog.start(facts()));

        List<List<String>> epochs = new ArrayList<>();
        List<String> drawn = steps.stream()
                .flatMap(step -> step.getSamples().stream())
                .map(LedgerSample::getImage)
                .toList();
        assertThat(drawn).hasSize(EPOCHS * 240);
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            epochs.add(drawn.subList(epoch * 240, (epoch + 1) * 240));
        }
        assertThat(epochs).allSatisfy(epoch -> assertThat(epoch).doesNotHaveDuplicates());
        assertThat(new HashSet<>(epochs)).as("three orders").hasSize(EPOCHS);
        assertThat(steps.stream().filter(step -> !step.getOpened().isEmpty()))
                .extracting(LedgerStep::getStep)
                .containsExactly(1L, 31L, 61L);
    }

    @Test
    void aRunThatIsKilledAtAnyStepDrawsTheSameAfterIt() throws InterruptedException {
        Dataset dataset = dataset();
        List<FeedSnapshot> states = new ArrayList<>();
        List<LedgerStep> whole = train(dataset, 0, InMemoryLog.start(facts()), states);

        for (int checkpoint : new int[] {0, 7, 29, 30, 44}) {
            for (int ledgerEnd : new int[] {checkpoint, checkpoint + 3}) {
                own = new InMemoryLog();
                whole.subList(0, ledgerEnd).forEach(step -> own.append(step).join());
                FeedSnapshot from = checkpoint == 0 ? InMemoryLog.start(facts()) : states.get(checkpoint - 1);

                List<LedgerStep> found = train(dataset, checkpoint, from);
                for (int i = 0; i < whole.size(); i++) {
                    assertThat(found.get(i)).isEqualTo(whole.get(i)); // all of them would be an endless message
                }
                assertThat(found).hasSameSizeAs(whole);
            }
        }
    }

    @Test
    void anotherRunReplaysIt() throws InterruptedException {
        List<LedgerStep> whole = train(dataset(), 0, InMemoryLog.start(facts()));
        List<ConsumerRecord<String, LedgerStep>> records = new ArrayList<>();
        whole.forEach(step -> records.add(new ConsumerRecord<>("training-ledger", 0, records.size(), "run", step)));
        LogConsumer<String, LedgerStep> consumer =
                new LogConsumer<String, LedgerStep>().with(new TopicPartition("training-ledger", 0), records);
        RunLedger ledger =
                RunLedger.open("training-ledger", "run", consumer, consumer::endOffsets, Duration.ofSeconds(1));
        own = new InMemoryLog();

        try (LatentFeed feed = feed()) {
            feed.start();
            BatchAssembler replay = feed.replaying(
                    InMemoryLog.start(facts()),
                    Fixtures.FORMAT,
                    new Fixtures.FakeEncoder(),
                    List.of(),
                    removed,
                    new Replay(ledger, theirs -> theirs, null),
                    own);
            drawAll(replay, new ArrayList<>());
        }

        assertThat(own.steps()).isEqualTo(whole);
    }

    @Test
    void whatATombstoneDeletesIsDrawnInNoEpochWhateverTheOrder() throws InterruptedException {
        log.tombstone(PARTITIONS.get(0), "latents-a-0-5");
        log.tombstone(PARTITIONS.get(2), "latents-b-0-29");

        List<LedgerStep> steps = train(dataset(), 0, InMemoryLog.start(facts()));

        assertThat(steps)
                .flatExtracting(LedgerStep::getSamples)
                .hasSize(EPOCHS * 238)
                .extracting(sample -> sample.getImage())
                .doesNotContain("latents-a-0-5", "latents-b-0-29");
    }

    @Test
    void anImageThatIsRemovedMeanwhileIsDrawnNoMore() throws InterruptedException {
        try (LatentFeed feed = feed()) {
            feed.start();
            BatchAssembler assembler = assembler(feed, dataset(), InMemoryLog.start(facts()), List.of());
            TrainingBatch first = assembler.next();
            String image = first.after().sources().get(0).latents().get(0).imageId();
            removed.add(image);

            List<TrainingBatch> rest = new ArrayList<>();
            drawAll(assembler, rest);

            assertThat(rest)
                    .flatExtracting(TrainingBatch::samples)
                    .extracting(sample -> sample.sample().imageId())
                    .doesNotContain(image);
        }
    }

    @Test
    void aDatasetThatTheLogNoLongerHasIsRefused() {
        Dataset dataset = dataset();
        LogConsumer<byte[], ByteBuffer> latents = latents();
        latents.updateBeginningOffsets(Map.of(PARTITIONS.get(1), 4L));
        Map<String, LatentTopic> topics = Map.of("latents-a", new LatentTopic("latents-a", "id-latents-a", 2));

        assertThatThrownBy(() -> ReplayCheck.check(latents, topics, "set", dataset))
                .isInstanceOf(LostRecordsException.class)
                .hasMessage(
                        "the dataset set is no longer whole: latents-a-1 no longer has the offsets 0 to 3; it begins at"
                                + " 4; latents-b with the id id-latents-b is gone");
    }

    private List<LedgerStep> train(Dataset dataset, long checkpoint, FeedSnapshot from) throws InterruptedException {
        return train(dataset, checkpoint, from, new ArrayList<>());
    }

    private List<LedgerStep> train(Dataset dataset, long checkpoint, FeedSnapshot from, List<FeedSnapshot> states)
            throws InterruptedException {
        try (LatentFeed feed = feed()) {
            feed.start();
            List<TrainingBatch> batches = new ArrayList<>();
            drawAll(assembler(feed, dataset, from, own.recordedAfter(checkpoint)), batches);
            batches.forEach(batch -> states.add(batch.after()));
        }
        return own.steps();
    }

    private static void drawAll(BatchAssembler assembler, List<TrainingBatch> batches) {
        assertThatThrownBy(() -> {
                    while (true) {
                        batches.add(assembler.next());
                    }
                })
                .isInstanceOf(EndOfStepsException.class);
    }

    private BatchAssembler assembler(LatentFeed feed, Dataset dataset, FeedSnapshot from, List<RecordedStep> recorded) {
        LedgerRun changed = from.step() == 0 && recorded.isEmpty() ? from.run() : null;
        return feed.onDataset(
                from,
                Fixtures.FORMAT,
                new Fixtures.FakeEncoder(),
                recorded,
                removed,
                new DatasetRun("set", dataset, EPOCHS, () -> new VersionedPolicy<>(0, Fixtures.policy()), changed),
                own);
    }

    private LatentFeed feed() {
        LatentQueues queues = new LatentQueues(20);
        LatentValidator validator = new LatentValidator(Fixtures.deserializer(), Fixtures.FORMAT);
        RangeReader reader =
                new RangeReader("trainer", latents(), log.fixedTopics(), new Topics(""), validator, queues, meters);
        return new LatentFeed(reader, validator, queues, new Topics(""), meters);
    }

    private Dataset dataset() {
        DatasetScan scan = new DatasetScan(
                scanned(),
                record -> record.value() == null ? DatasetScan.Kind.TOMBSTONE : DatasetScan.Kind.LATENT,
                16,
                Duration.ofSeconds(1));
        List<DatasetSource> sources = List.of(
                scan.describe("latents-a", "id-latents-a", scan.present("latents-a")),
                scan.describe("latents-b", "id-latents-b", scan.present("latents-b")));
        return new Dataset(
                "ada",
                Instant.EPOCH,
                Fixtures.FORMAT.encoderId(),
                Fixtures.FORMAT.shape(),
                Fixtures.FORMAT.type(),
                16,
                sources,
                DatasetScan.checksum(sources));
    }

    private LogConsumer<byte[], byte[]> scanned() {
        LogConsumer<byte[], byte[]> scanned = new LogConsumer<>();
        for (TopicPartition partition : PARTITIONS) {
            scanned.with(
                    partition,
                    log.items(partition).stream()
                            .map(item -> new ConsumerRecord<>(
                                    partition.topic(),
                                    partition.partition(),
                                    item.position().offset(),
                                    item.imageId().getBytes(StandardCharsets.UTF_8),
                                    item instanceof Accepted accepted
                                            ? Fixtures.bytes(accepted.sample().latent())
                                            : null))
                            .toList());
        }
        return scanned;
    }

    private LogConsumer<byte[], ByteBuffer> latents() {
        LogConsumer<byte[], ByteBuffer> latents = new LogConsumer<>();
        for (TopicPartition partition : PARTITIONS) {
            latents.with(
                    partition,
                    log.items(partition).stream()
                            .map(item -> Fixtures.record(
                                    partition,
                                    item.position().offset(),
                                    item.imageId(),
                                    item instanceof Accepted accepted
                                            ? accepted.sample().latent()
                                            : null))
                            .toList());
        }
        return latents;
    }

    private static LedgerRun facts() {
        return Fixtures.facts(23, new FeedRules(BATCH, WhenDry.REDISTRIBUTE, 24, 1));
    }
}
