package dev.latentstream.app.bench;

import dev.latentstream.app.bench.measure.Cancellation;
import dev.latentstream.app.bench.measure.Throughput;
import dev.latentstream.app.cli.Failure;
import dev.latentstream.ingest.fetch.FetchSettings;
import dev.latentstream.ingest.fetch.Fetcher;
import dev.latentstream.ingest.lists.ListColumns;
import dev.latentstream.ingest.lists.ListFormat;
import dev.latentstream.ingest.sources.Known;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.Resend;
import dev.latentstream.ingest.sources.SourceItem;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.ingest.sources.SourceProgress;
import dev.latentstream.ingest.sources.state.SourceCatalog;
import dev.latentstream.ingest.sources.urls.ListFiles;
import dev.latentstream.ingest.sources.urls.ListSource;
import dev.latentstream.ingest.sources.urls.ListSource.Refetch;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.meters.Meters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A list of URLs that is fetched from a server in this process and sent to {@code images-raw}, against fetching alone. The server's work is
 * in the processor time of both sides.
 */
final class FetchBenchmark implements StageBenchmark {
    private final StageSettings settings;
    private final FetchSettings fetch;
    private final Path list;
    private final int images;

    FetchBenchmark(StageSettings settings, BenchOrigin origin, Path list, int images) throws IOException {
        this.settings = settings;
        this.fetch = settings.ingest().fetch().forOwnHost("127.0.0.0/8", origin.port());
        this.list = list;
        this.images = images;
        origin.writeList(list, images);
    }

    @Override
    public Throughput bare(Cancellation stop) throws InterruptedException {
        int warmUp = BenchPlan.warmUp(images);
        Throughput.Watch watch = new Throughput.Watch();
        int found = 0;
        try (ListSource source = source()) {
            Optional<SourceItem> item = source.next(Known.NOTHING);
            while (item.isPresent()) {
                stop.check();
                found += item.get() instanceof SourceItem.Found ? 1 : 0;
                watch = found == warmUp ? new Throughput.Watch() : watch;
                item = source.next(Known.NOTHING);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return checked(found, watch, warmUp);
    }

    @Override
    public Throughput throughKafka(int round, Cancellation stop) throws IOException, InterruptedException {
        int warmUp = BenchPlan.warmUp(images);
        KafkaConnection connection = settings.connection(BenchStage.FETCH, round);
        SourceCatalog.ensureTopics(connection);
        WarmUp warm = new WarmUp(warmUp, stop);
        try (ListSource source = source();
                Meters meters = new Meters()) {
            SourceProgress end = new SourceProducer(connection, meters)
                    .send(source, Optional.empty(), Resend.ALL, warm, progress -> {})
                    .progress();
            return checked((int) end.sent(), warm.watch, warmUp);
        }
    }

    private Throughput checked(int found, Throughput.Watch watch, int warmUp) {
        if (found != images) {
            throw new Failure("%d of %d images were fetched".formatted(found, images));
        }
        return watch.of(images - warmUp);
    }

    private ListSource source() {
        int maxBytes = settings.ingest().bounds().maxImageBytes();
        return new ListSource(
                BenchImages.SOURCE,
                new ListFiles(List.of(list), new ListFormat.JsonLines(), ListColumns.BY_NAME),
                () -> Fetcher.start(fetch, maxBytes, url -> Optional.empty()),
                fetch.maxRows(),
                maxBytes,
                Refetch.NEVER);
    }

    @Override
    public void close() {}

    /** Limits nothing, and starts the watch after a number of images. */
    private static final class WarmUp implements Pace {
        private final int images;
        private final Cancellation stop;
        private Throughput.Watch watch = new Throughput.Watch();
        private int seen;

        WarmUp(int images, Cancellation stop) {
            this.images = images;
            this.stop = stop;
        }

        @Override
        public boolean await(long sent, Duration atMost) throws InterruptedException {
            stop.check();
            seen++;
            watch = seen == images ? new Throughput.Watch() : watch;
            return true;
        }
    }
}
