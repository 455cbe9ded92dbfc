package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.BenchStopped;
import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.KeyedRecord;
import dev.latentstream.app.bench.measure.Throughput;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.RawImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures the stages of a plan in turn, each with nothing beside it but the broker.
 *
 * <p>The bare side and Kafka's side alternate, after a round of each as warm-up.
 */
final class Bench {
    private static final double BATCHES_BOUND = 0.85;
    private static final double FETCH_BOUND = 0.5;
    private static final double INGEST_BOUND = 0.7;
    private static final double HOSTILE_BOUND = 0.5;
    private static final double STALL_BOUND = 0.01;
    private static final FeedResult.Bounds FEED_BOUNDS = new FeedResult.Bounds(0.7, 0.05, 60);
    private static final int LARGE_BATCH = 256;
    private static final int TURNS = 200;

    private final BenchPlan plan;
    private final StageSettings settings;
    private final Consumer<String> progress;
    private final Cancellation stop;

    /**
     * Does not measure yet.
     *
     * @param progress receives a line for each round
     */
    public Bench(BenchPlan plan, StageSettings settings, Consumer<String> progress, Cancellation stop) {
        this.plan = plan;
        this.settings = settings;
        this.progress = progress;
        this.stop = stop;
    }

    /**
     * Measures, which takes minutes.
     *
     * @throws BenchStopped if it is cancelled
     */
    public BenchReport run() throws IOException, InterruptedException {
        List<RawImage> raw = plan.maxImages() == 0 ? List.of() : raw();
        List<BenchResult> comparisons = new ArrayList<>();
        if (plan.stages().contains(BenchStage.FETCH)) {
            comparisons.add(fetch());
        }
        if (plan.stages().contains(BenchStage.INGEST)) {
            comparisons.add(ingest(raw));
        }
        @Nullable HostileResult hostile = plan.stages().contains(BenchStage.HOSTILE) ? hostile(raw) : null;
        if (plan.stages().contains(BenchStage.SCORING)) {
            comparisons.add(scoring(raw));
        }
        if (plan.stages().contains(BenchStage.CAPTIONING) || plan.stages().contains(BenchStage.ENCODING)) {
            comparisons.addAll(batches(BenchImages.examined(raw, settings.ingest(), stop)));
        }
        @Nullable DataStall stall = plan.stages().contains(BenchStage.TRAINER) ? trainer() : null;
        List<FeedResult> feed = plan.stages().contains(BenchStage.FEED) ? feed() : List.of();
        @Nullable DialResult dial = plan.stages().contains(BenchStage.FEED) ? dial() : null;
        return new BenchReport(
                MachineFacts.of(plan.device().toString()), origin(), comparisons, hostile, stall, feed, dial);
    }

    private String origin() {
        return plan.folder() == null
                ? "scenes drawn from seed %d, JPEG of %d pixels".formatted(plan.seed(), BenchImages.SIDE)
                : plan.folder().toString();
    }

    private List<RawImage> raw() throws IOException, InterruptedException {
        if (plan.folder() != null) {
            int maxBytes = settings.ingest().bounds().maxImageBytes();
            return BenchImages.ofFolder(plan.folder(), plan.maxImages(), maxBytes, stop);
        }
        progress.accept("drawing %d scenes".formatted(plan.maxImages()));
        return BenchImages.drawn(plan.seed(), plan.maxImages(), stop);
    }

    private BenchResult fetch() throws IOException, InterruptedException {
        int count = plan.fetched();
        Path list = Files.createTempFile("latentstream-bench", ".jsonl");
        byte[] jpeg = BenchImages.jpeg(plan.seed(), BenchImages.SIDE / 2);
        try (BenchOrigin origin = BenchOrigin.start(jpeg);
                StageBenchmark benchmark = new FetchBenchmark(settings, origin, list, count)) {
            int threads = settings.ingest().fetch().concurrency();
            return new BenchResult(
                    BenchStage.FETCH,
                    count,
                    origin.imageBytes(),
                    1,
                    threads,
                    FETCH_BOUND,
                    rounds(BenchStage.FETCH, benchmark));
        } finally {
            Files.delete(list);
        }
    }

    private BenchResult ingest(List<RawImage> raw) throws IOException, InterruptedException {
        List<RawImage> images = BenchImages.wholeBatches(raw, plan.images(BenchStage.INGEST), 1);
        try (StageBenchmark benchmark = new IngestBenchmark(settings, images)) {
            return new BenchResult(
                    BenchStage.INGEST,
                    images.size(),
                    images.stream()
                                    .mapToLong(image -> image.getImage().remaining())
                                    .sum()
                            / images.size(),
                    1,
                    settings.ingest().streams().threads(),
                    INGEST_BOUND,
                    rounds(BenchStage.INGEST, benchmark));
        }
    }

    private BenchResult scoring(List<RawImage> raw) throws IOException, InterruptedException {
        int batchSize = settings.scoring().batch().batchSize();
        List<KeyedRecord<Candidate>> images = BenchImages.wholeBatches(
                BenchImages.candidates(raw, settings.ingest(), stop), plan.images(BenchStage.SCORING), batchSize);
        try (StageBenchmark benchmark = new ScoringBenchmark(settings, plan.device(), images)) {
            return new BenchResult(
                    BenchStage.SCORING,
                    images.size(),
                    images.stream()
                                    .map(image -> (Image) image.value().getFound())
                                    .mapToLong(image -> image.getImage().remaining())
                                    .sum()
                            / images.size(),
                    batchSize,
                    1,
                    BATCHES_BOUND,
                    rounds(BenchStage.SCORING, benchmark));
        }
    }

    private HostileResult hostile(List<RawImage> raw) throws IOException, InterruptedException {
        List<RawImage> images = BenchImages.wholeBatches(raw, plan.images(BenchStage.HOSTILE), 1);
        progress.accept("hostile: making files");
        List<RawImage> files = HostileFiles.all();
        HostileBenchmark benchmark = new HostileBenchmark(settings, images, files);
        List<HostileResult.Round> rounds = new ArrayList<>();
        for (int round = 0; round <= plan.rounds(); round++) {
            HostileResult.Round measured = benchmark.round(round, stop);
            progress.accept("hostile, %s: %.1f images/s alone, %.1f among the files"
                    .formatted(name(round), measured.alone(), measured.amongFiles()));
            if (round > 0) {
                rounds.add(measured);
            }
        }
        return new HostileResult(images.size(), files.size(), HOSTILE_BOUND, rounds);
    }

    private static String name(int round) {
        return round == 0 ? "warm-up" : "round " + round;
    }

    private List<BenchResult> batches(List<KeyedRecord<Image>> images) throws IOException, InterruptedException {
        List<BenchResult> comparisons = new ArrayList<>();
        if (plan.stages().contains(BenchStage.CAPTIONING)) {
            comparisons.add(batches(
                    BenchStage.CAPTIONING,
                    settings.captioning().batch().batchSize(),
                    images,
                    new CaptioningWiring(settings.captioning(), plan.device(), new Meters())));
        }
        if (plan.stages().contains(BenchStage.ENCODING)) {
            comparisons.add(batches(
                    BenchStage.ENCODING,
                    settings.encoder().batch().batchSize(),
                    images,
                    new EncodingWiring(settings.encoder(), plan.device())));
        }
        return comparisons;
    }

    private BenchResult batches(
            BenchStage stage, int batchSize, List<KeyedRecord<Image>> examined, BatchBenchmark.Wiring wiring)
            throws IOException, InterruptedException {
        List<KeyedRecord<Image>> images = BenchImages.wholeBatches(examined, plan.images(stage), batchSize);
        try (StageBenchmark benchmark = new BatchBenchmark(settings, stage, batchSize, images, wiring)) {
            return new BenchResult(
                    stage,
                    images.size(),
                    images.stream()
                                    .mapToLong(image -> image.value().getImage().remaining())
                                    .sum()
                            / images.size(),
                    batchSize,
                    1,
                    BATCHES_BOUND,
                    rounds(stage, benchmark));
        }
    }

    private List<BenchResult.Round> rounds(BenchStage stage, StageBenchmark benchmark)
            throws IOException, InterruptedException {
        List<BenchResult.Round> rounds = new ArrayList<>();
        for (int round = 0; round <= plan.rounds(); round++) {
            Throughput bare = benchmark.bare(stop);
            Throughput kafka = benchmark.throughKafka(round, stop);
            progress.accept("%s, %s: %.1f images/s bare, %.1f through Kafka"
                    .formatted(stage, name(round), bare.imagesPerSecond(), kafka.imagesPerSecond()));
            if (round > 0) {
                rounds.add(new BenchResult.Round(bare, kafka));
            }
        }
        return rounds;
    }

    /** With the trainer's batches, and with those of a GPU. */
    private List<FeedResult> feed() throws InterruptedException {
        FeedBenchmark benchmark = new FeedBenchmark(
                settings.connection(BenchStage.FEED, 0), settings.trainer().feed(), plan.latents(), plan.seed());
        progress.accept("feed: writing %d latents".formatted(plan.latents()));
        benchmark.prepare(stop);
        long recordBytes = benchmark.recordBytes();
        List<FeedResult> results = new ArrayList<>();
        for (int batchSize : new TreeSet<>(List.of(settings.trainer().batchSize(), LARGE_BATCH))) {
            results.add(feed(benchmark, batchSize, recordBytes));
        }
        return results;
    }

    private FeedResult feed(FeedBenchmark benchmark, int batchSize, long recordBytes) throws InterruptedException {
        List<FeedResult.Round> rounds = new ArrayList<>();
        for (int round = 0; round <= plan.rounds(); round++) {
            FeedResult.Round measured = benchmark.round("feed-%d-%d".formatted(batchSize, round), batchSize, stop);
            progress.accept("feed, batches of %d, %s: %.0f samples/s, %.0f without the ledger, consumer-perf %.0f"
                    .formatted(
                            batchSize,
                            name(round),
                            measured.feed().imagesPerSecond(),
                            measured.withoutLedger().imagesPerSecond(),
                            measured.tool().imagesPerSecond()));
            if (round > 0) {
                rounds.add(measured);
            }
        }
        FeedResult.Memory memory = benchmark.memory(batchSize, recordBytes);
        return new FeedResult(plan.latents(), recordBytes, batchSize, memory, FEED_BOUNDS, rounds);
    }

    /** On the latents of the feed. */
    private DialResult dial() throws InterruptedException {
        progress.accept("feed: turning the mixture %d times".formatted(TURNS));
        return new DialBenchmark(
                        settings.connection(BenchStage.FEED, 0),
                        settings.trainer().feed(),
                        settings.trainer().batchSize(),
                        plan.seed())
                .measure(TURNS, stop);
    }

    private DataStall trainer() throws IOException, InterruptedException {
        TrainerBenchmark benchmark = new TrainerBenchmark(plan, settings);
        progress.accept("trainer: encoding latents to train on");
        try (Autoencoder autoencoder = EncodingWiring.autoencoder(settings.encoder(), plan.device())) {
            benchmark.prepare(autoencoder, stop);
        }
        List<DataStall.Round> rounds = new ArrayList<>();
        for (int round = 1; round <= plan.rounds(); round++) {
            DataStall.Round measured = benchmark.round(round, plan.device(), stop);
            progress.accept("trainer, round %d: %.1f images/s, waits %.1f %%"
                    .formatted(round, measured.imagesPerSecond(), measured.share() * 100));
            rounds.add(measured);
        }
        return new DataStall(plan.steps(), settings.trainer().batchSize(), STALL_BOUND, rounds);
    }
}
