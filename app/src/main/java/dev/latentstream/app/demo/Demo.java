package dev.latentstream.app.demo;

import dev.latentstream.app.cli.Failure;
import dev.latentstream.app.cli.Logging;
import dev.latentstream.app.cli.StopSignal;
import dev.latentstream.app.cli.Terminal;
import dev.latentstream.app.cluster.LocalCluster;
import dev.latentstream.app.cluster.LocalClusterOptions;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.source.RunningSources;
import dev.latentstream.app.source.SourceJournals;
import dev.latentstream.app.stages.Pipeline;
import dev.latentstream.app.stages.RunningStages;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.models.Threads;
import dev.latentstream.runtime.Stage;
import dev.latentstream.trainer.TrainerStage;
import dev.latentstream.trainer.feed.BatchAssembler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One demo from start to end.
 *
 * <p>Broker and registry start first and stop last. Then come the stages, downstream ones last, so that the trainer is the first to be
 * closed and writes its checkpoint while everything that feeds it still runs; then the sources.
 */
final class Demo {
    private static final Duration REDRAW_EVERY = Duration.ofSeconds(1);
    private static final Duration LINE_EVERY = Duration.ofSeconds(10);

    private final DemoPlan plan;
    private final LocalClusterOptions ports;
    private final String command;
    private final PrintWriter out;

    Demo(DemoPlan plan, LocalClusterOptions ports, String command, PrintWriter out) {
        this.plan = plan;
        this.ports = ports;
        this.command = command;
        this.out = out;
    }

    void run() throws Exception {
        plan.data().create();
        Logging.alsoTo(plan.data().log());
        Logging.hideFromConsole(BatchAssembler.class); // it warns of missing latents, which the progress shows
        long start = System.nanoTime();
        List<ImageSource> sources = plan.sources();
        out.println("Starting a Kafka broker on " + plan.data().path());
        plan.whyFromScratch().ifPresent(out::println);
        LocalCluster cluster =
                LocalCluster.start(plan.data(), ports); // a signal ends this wait, and with it the broker
        try (StopSignal stop = StopSignal.ofProcess();
                cluster) {
            run(stop, cluster, sources, start);
        }
    }

    private void run(StopSignal stop, LocalCluster cluster, List<ImageSource> sources, long start) throws Exception {
        PipelineSettings settings = plan.settings(cluster.address(), sources);
        Threads.use(DemoMonitor.shared(Runtime.getRuntime().availableProcessors()));
        try (Pipeline pipeline = new Pipeline(settings, plan.device())) {
            Pipeline.ensureTopics(settings);
            DemoMonitor monitor = new DemoMonitor(
                    pipeline.meters(),
                    new DemoMonitor.Run(
                            plan.stepsBefore(),
                            plan.steps(),
                            settings.trainer().batchSize(),
                            settings.trainer().feed().buffers().minimum(),
                            plan.startsTrained()),
                    Runtime.getRuntime().availableProcessors(),
                    System::nanoTime);
            TrainerStage trainer = pipeline.training(monitor);
            if (trainer.hasIncompatibleLatents() || hasOtherLatents(pipeline)) {
                throw new Failure(
                        "the demo on %s used another --vae or --resolution; give the same again, or another folder with --data"
                                .formatted(plan.data().path()));
            }
            train(stop, cluster, sources, pipeline, settings, monitor, trainer);
            report(pipeline, settings, Duration.ofNanos(System.nanoTime() - start), stop.isRequested());
        }
    }

    /** Returns whether an earlier demo, which may have left no checkpoint, wrote latents of another autoencoder. */
    private static boolean hasOtherLatents(Pipeline pipeline) throws IOException {
        String encoder = pipeline.decoder().encoderId();
        try (TopicReader reader = new TopicReader(pipeline.connection())) {
            DemoTopics topics = new DemoTopics(pipeline.connection(), reader);
            return topics.newestLatents(topics.latents()).stream()
                    .anyMatch(latent -> !latent.getEncoding().getEncoderId().equals(encoder));
        }
    }

    private void train(
            StopSignal stop,
            LocalCluster cluster,
            List<ImageSource> sources,
            Pipeline pipeline,
            PipelineSettings settings,
            DemoMonitor monitor,
            TrainerStage trainer)
            throws IOException, InterruptedException {
        List<Stage> stages = new ArrayList<>();
        stages.add(pipeline.watch()); // other clients may use this cluster, too
        stages.add(pipeline.policies());
        stages.add(pipeline.ingest());
        pipeline.scoring().ifPresent(stages::add);
        stages.add(pipeline.captioning());
        stages.addAll(pipeline.encoding());
        stages.add(trainer);
        try (RunningStages running = RunningStages.start(settings.http(), pipeline.meters(), stages)) {
            String http = "http://%s:%d".formatted(settings.http().host(), running.httpPort());
            cluster.announce(http);
            printAddresses(cluster, http);
            SourceJournals journals = SourceJournals.of(plan.data(), pipeline.connection());
            try (RunningSources delivering =
                    RunningSources.start(pipeline.connection(), journals, sources, pipeline.meters())) {
                watch(stop, cluster, running, delivering, monitor, trainer);
            }
        }
    }

    private void printAddresses(LocalCluster cluster, String http) {
        out.println("Kafka %s   registry %s   metrics %s/metrics"
                .formatted(
                        cluster.address().bootstrapServers(), cluster.address().schemaRegistryUrl(), http));
        out.println("Try in another terminal: latentstream status, latentstream control show. Stop the demo with"
                + " Control-C.");
    }

    private void watch(
            StopSignal stop,
            LocalCluster cluster,
            RunningStages stages,
            RunningSources sources,
            DemoMonitor monitor,
            TrainerStage trainer)
            throws InterruptedException {
        ProgressView view = new ProgressView(Terminal.isInteractive());
        long nextView = System.nanoTime();
        while (!trainer.finished().isDone() && !stop.isRequestedWithin(REDRAW_EVERY)) {
            failIfBroken(cluster, stages, sources);
            if (System.nanoTime() - nextView >= 0) {
                show(view, monitor, sources);
                nextView = System.nanoTime() + (Terminal.isInteractive() ? REDRAW_EVERY : LINE_EVERY).toNanos();
            }
        }
        failIfBroken(cluster, stages, sources);
        show(view, monitor, sources);
        out.println(stop.isRequested() ? "Stopping: the trainer writes a checkpoint." : "Trained.");
    }

    private void show(ProgressView view, DemoMonitor monitor, RunningSources sources) {
        out.print(view.next(monitor.progress(sources.progress())));
        out.flush();
    }

    private static void failIfBroken(LocalCluster cluster, RunningStages stages, RunningSources sources) {
        if (cluster.ended().isDone()) {
            throw cluster.failure();
        }
        Optional<Failure> failure = stages.failure().or(sources::failure);
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void report(Pipeline pipeline, PipelineSettings settings, Duration took, boolean stopped)
            throws IOException {
        Summary summary = new DemoReport(
                        pipeline.connection(), plan.data(), settings.trainer().runFolder())
                .gather(command, took, pipeline.decoder());
        Files.writeString(plan.data().summary(), SummaryPage.html(summary));
        summary.closingLines().forEach(out::println);
        if (stopped) {
            out.println("Run the same command again to continue.");
        }
    }
}
