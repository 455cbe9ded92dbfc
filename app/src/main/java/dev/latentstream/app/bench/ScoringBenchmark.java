package dev.latentstream.app.bench;

import ai.djl.Device;
import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.KeyedRecord;
import dev.latentstream.app.bench.measure.NewThread;
import dev.latentstream.app.bench.measure.Throughput;
import dev.latentstream.ingest.IngestStage;
import dev.latentstream.ingest.ScoringStage;
import dev.latentstream.ingest.scoring.Scorers;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.Policies;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.header.Headers;

/**
 * Scoring through Kafka against the same models in a loop, which decodes, resizes and runs them. Each round has models of its own: they
 * remember the scores of recent images.
 */
final class ScoringBenchmark implements StageBenchmark {
    private final StageSettings settings;
    private final Device device;
    private final List<KeyedRecord<Candidate>> candidates;

    /** @param candidates a multiple of the batch size, none of them refused */
    ScoringBenchmark(StageSettings settings, Device device, List<KeyedRecord<Candidate>> candidates) {
        this.settings = settings;
        this.device = device;
        this.candidates = candidates;
    }

    @Override
    public Throughput bare(Cancellation stop) throws InterruptedException {
        return NewThread.call(() -> processAll(stop));
    }

    private Throughput processAll(Cancellation stop) throws IOException, InterruptedException {
        KafkaConnection connection = settings.connection(BenchStage.SCORING, 0);
        try (Scorers scorers = scorers();
                Meters meters = new Meters()) {
            BatchProcessor<Candidate> processor =
                    ScoringStage.processor(connection, Policies.fixed(Map.of()), settings.ingest(), scorers, meters);
            process(processor, 0, warmUp(), stop);
            Throughput.Watch watch = new Throughput.Watch();
            process(processor, warmUp(), candidates.size(), stop);
            return watch.of(candidates.size() - warmUp());
        }
    }

    private void process(BatchProcessor<Candidate> processor, int start, int end, Cancellation stop)
            throws InterruptedException {
        String topic = settings.connection(BenchStage.SCORING, 0)
                .topics()
                .imagesUnscored()
                .name();
        Headers headers = new StageHeaders(new Random(0)).originate(BenchImages.SOURCE, 0);
        for (int first = start; first < end; first += batchSize()) {
            stop.check();
            List<InputRecord<Candidate>> batch = new ArrayList<>();
            for (int i = first; i < first + batchSize(); i++) {
                KeyedRecord<Candidate> candidate = candidates.get(i);
                // A copy: the stage gives a candidate its judgement.
                Candidate own = Candidate.newBuilder(candidate.value()).build();
                batch.add(new InputRecord<>(candidate.key(), own, headers, topic, 0, i, 0));
            }
            List<OutputRecord<?>> unused = processor.process(batch);
        }
    }

    @Override
    public Throughput throughKafka(int round, Cancellation stop) throws IOException, InterruptedException {
        KafkaConnection connection = settings.connection(BenchStage.SCORING, round);
        Topics topics = connection.topics();
        List<Topic<?>> needed = new ArrayList<>(topics.fixed());
        needed.addAll(topics.scoring());
        new TopicSetup(connection).ensure(needed);
        try (Meters meters = new Meters();
                Policies policies = new Policies(connection, meters);
                Stage stage = ScoringStage.create(
                        connection, policies, settings.ingest(), settings.scoring(), scorers(), meters)) {
            policies.start();
            stage.start();
            return StageRun.speed(
                    connection,
                    topics.imagesUnscored(),
                    candidates,
                    warmUp(),
                    stage,
                    () -> Math.round(meters.value(Meter.STAGE_RECEIVED, stage.name())),
                    stop);
        }
    }

    private Scorers scorers() throws IOException {
        return Scorers.open(settings.scoring(), device, Set.copyOf(IngestStage.SCORES), null);
    }

    private int batchSize() {
        return settings.scoring().batch().batchSize();
    }

    /** A multiple of the batch size. */
    private int warmUp() {
        return BenchPlan.warmUp(candidates.size() / batchSize()) * batchSize();
    }

    @Override
    public void close() {}
}
