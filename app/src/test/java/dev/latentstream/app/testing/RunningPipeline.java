package dev.latentstream.app.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.app.cluster.ClusterAddress;
import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.app.settings.PipelineSettings;
import dev.latentstream.app.source.SourceChoice;
import dev.latentstream.app.stages.Pipeline;
import dev.latentstream.app.stages.RunningStages;
import dev.latentstream.ingest.sources.ImageSource;
import dev.latentstream.ingest.sources.Pace;
import dev.latentstream.ingest.sources.SourceProducer;
import dev.latentstream.registry.testing.Cluster;
import dev.latentstream.runtime.Stage;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.TopicSetup;
import dev.latentstream.runtime.meters.Meter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Every stage on a test's cluster with endless sources of drawn scenes, as in a demo; changed and inspected by commands. */
public final class RunningPipeline implements AutoCloseable {
    /** Images of a source in flight to the captioner, so that there is no backlog on a slow machine. */
    private static final int ON_THEIR_WAY = 12;

    /** Images per second of a source: buffers of eight latents turn over in seconds, and the captioner is not busy all the time. */
    private static final double RATE = 5;

    /** Of the trainer: a thousand samples take some seconds. */
    private static final Duration STEP = Duration.ofMillis(50);

    private final Pipeline pipeline;
    private final Commands commands;
    private final List<Stage> stages = new ArrayList<>();
    private final List<Future<?>> deliveries = new ArrayList<>();
    private final ExecutorService delivering = Executors.newCachedThreadPool();
    private final RunningStages running;

    private RunningPipeline(Cluster cluster, Path folder) throws Exception {
        PipelineSettings settings = TestSettings.of(cluster, folder);
        DataFolder data = new DataFolder(folder);
        commands = new Commands("--data", data.path().toString());
        pipeline = new Pipeline(settings, Device.cpu());
        new TopicSetup(connection()).ensure(connection().topics().fixed());
        stages.add(pipeline.watch());
        stages.add(pipeline.policies());
        stages.add(pipeline.ingest());
        stages.add(pipeline.captioning());
        stages.addAll(pipeline.encoding());
        stages.add(pipeline.training(new PacedTraining(STEP)));
        running = RunningStages.start(settings.http(), pipeline.meters(), stages);
        new ClusterAddress(
                        cluster.bootstrapServers(),
                        cluster.schemaRegistryUrl(),
                        "http://127.0.0.1:" + running.httpPort(),
                        ProcessHandle.current().pid())
                .write(data);
    }

    /**
     * Starts stages and sources.
     *
     * @param sources their names
     */
    public static RunningPipeline start(Cluster cluster, Path folder, List<String> sources) throws Exception {
        RunningPipeline started = new RunningPipeline(cluster, folder);
        for (int i = 0; i < sources.size(); i++) {
            started.deliver(SourceChoice.scenes(sources.get(i), i, Long.MAX_VALUE, 6, 64));
        }
        return started;
    }

    public KafkaConnection connection() {
        return pipeline.connection();
    }

    /** Runs a command of latentstream on this cluster; its arguments contain no spaces. */
    public String command(String command) {
        return commands.output(command.split(" ", -1));
    }

    public JsonNode status() throws Exception {
        return new ObjectMapper().readTree(command("status --json --interval 0"));
    }

    /** Returns the training run as {@code status} shows it. */
    public JsonNode training() throws Exception {
        return status().path("training").path(TestSettings.RUN);
    }

    /** Waits for a condition; the failure says what {@code status} shows and where each thread stands. */
    public void await(Duration atMost, Duration pollInterval, Callable<Boolean> condition) throws Exception {
        try {
            Awaitility.await().atMost(atMost).pollInterval(pollInterval).until(() -> {
                check();
                return condition.call();
            });
        } catch (ConditionTimeoutException late) {
            StringBuilder stacks = new StringBuilder();
            Thread.getAllStackTraces()
                    .forEach((thread, stack) -> stacks.append("%s %s%n    %s%n"
                            .formatted(
                                    thread.getName(),
                                    thread.getState(),
                                    Stream.of(stack).map(Object::toString).collect(Collectors.joining("\n    ")))));
            throw new AssertionError("%s%n%s".formatted(command("status --interval 0"), stacks), late);
        }
    }

    /** Fails if a stage or a source no longer runs. */
    public void check() throws Exception {
        assertThat(running.failure()).isEmpty();
        for (Future<?> delivery : deliveries) {
            if (delivery.isDone()) {
                delivery.get();
            }
        }
    }

    @Override
    public void close() {
        delivering.shutdownNow();
        running.close();
        pipeline.close();
    }

    private void deliver(ImageSource source) {
        deliveries.add(delivering.submit(() -> {
            SourceProducer producer = new SourceProducer(connection(), pipeline.meters());
            Pace rate = Pace.of(RATE);
            try (source) {
                return producer.send(
                        source,
                        (sent, atMost) -> rate.await(sent, atMost) && isCaptioned(source.name(), sent, atMost),
                        progress -> {});
            }
        }));
    }

    private boolean isCaptioned(String source, long sent, Duration atMost) {
        Map<String, String> captioned = Map.of("stage", "captioning", "source", source);
        Map<String, String> refused = Map.of("stage", "ingest", "source", source, "outcome", "duplicate");
        try {
            Awaitility.await().atMost(atMost).until(() -> sent - records(captioned) - records(refused) < ON_THEIR_WAY);
            return true;
        } catch (ConditionTimeoutException notYet) {
            return false;
        }
    }

    private double records(Map<String, String> labels) {
        return pipeline.meters().total(Meter.STAGE_RECORDS, labels);
    }
}
