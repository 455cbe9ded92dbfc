package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.Throughput;
import dev.latentstream.schemas.RawImage;
import java.util.ArrayList;
import java.util.List;

/** Ingest with hostile files spread among the images, against the same images alone, both through Kafka and each with a new state. */
final class HostileBenchmark {
    private final StageSettings settings;
    private final List<RawImage> images;
    private final List<RawImage> mixed;

    HostileBenchmark(StageSettings settings, List<RawImage> images, List<RawImage> files) {
        this.settings = settings;
        this.images = images;
        this.mixed = mixed(images, files);
    }

    /** Returns the images in order, with the files at equal distances among those that are not warm-up. */
    private static List<RawImage> mixed(List<RawImage> images, List<RawImage> files) {
        int warmUp = BenchPlan.warmUp(images.size());
        int distance = (images.size() - warmUp) / (files.size() + 1);
        List<RawImage> mixed = new ArrayList<>(images);
        for (int i = files.size(); i > 0; i--) {
            mixed.add(warmUp + i * distance, files.get(i - 1));
        }
        return mixed;
    }

    HostileResult.Round round(int round, Cancellation stop) throws InterruptedException {
        return new HostileResult.Round(measure(2 * round, images, stop), measure(2 * round + 1, mixed, stop));
    }

    /** Returns images a second, without the hostile files. */
    private double measure(int run, List<RawImage> records, Cancellation stop) throws InterruptedException {
        int warmUp = BenchPlan.warmUp(images.size());
        Throughput all = IngestBenchmark.throughKafka(
                settings, settings.connection(BenchStage.HOSTILE, run), records, warmUp, stop);
        return all.imagesPerSecond() * (images.size() - warmUp) / (records.size() - warmUp);
    }
}
