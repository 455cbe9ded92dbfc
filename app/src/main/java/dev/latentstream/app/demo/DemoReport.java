package dev.latentstream.app.demo;

import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.app.demo.Summary.Count;
import dev.latentstream.app.demo.Summary.Curves;
import dev.latentstream.app.demo.Summary.ImageGrid;
import dev.latentstream.app.demo.Summary.Records;
import dev.latentstream.app.demo.Summary.Refused;
import dev.latentstream.app.demo.Summary.Share;
import dev.latentstream.app.demo.Summary.Training;
import dev.latentstream.app.demo.Summary.Turn;
import dev.latentstream.app.page.LossCurves.LossPoint;
import dev.latentstream.app.page.ShareAreas.Stretch;
import dev.latentstream.app.stages.TrainingPace;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.GroupLoss;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.Topics;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.Checkpoints;
import dev.latentstream.trainer.LatentDecoder;
import dev.latentstream.trainer.SampleSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Summarises a demo from its topics and its files. */
final class DemoReport {
    /** Thumbnails of each reason, of at most 12 KB each. */
    private static final int THUMBNAILS = 12;

    private final KafkaConnection connection;
    private final DataFolder data;
    private final Path runFolder;

    DemoReport(KafkaConnection connection, DataFolder data, Path runFolder) {
        this.connection = connection;
        this.data = data;
        this.runFolder = runFolder;
    }

    /** @param decoder turns latents back into images */
    Summary gather(String command, Duration took, LatentDecoder decoder) throws IOException {
        try (TopicReader reader = new TopicReader(connection)) {
            DemoTopics topics = new DemoTopics(connection, reader);
            List<String> latents = topics.latents();
            Optional<ImageGrid> decoded = new LatentGrid(decoder).of(topics.newestLatents(latents));
            if (decoded.isPresent()) {
                Files.write(data.decoded(), decoded.get().png());
            }
            Optional<Path> checkpoint = Checkpoints.latest(runFolder);
            long step = checkpoint.map(Checkpoints::step).orElse(0L);
            List<TrainingMetrics> metrics = upTo(step, topics.metrics(DemoPlan.RUN));
            return new Summary(
                    new Summary.Run(command, Instant.now().truncatedTo(ChronoUnit.SECONDS), took),
                    training(metrics),
                    records(topics, latents),
                    curves(metrics),
                    samples(runFolder, step),
                    decoded,
                    files(checkpoint, step));
        }
    }

    /** @param metrics reports of one run, by step */
    static Curves curves(List<TrainingMetrics> metrics) {
        return new Curves(
                metrics.stream()
                        .map(report -> new LossPoint(report.getStep(), report.getLoss()))
                        .toList(),
                stretches(metrics, TrainingMetrics::getSourceLosses),
                stretches(metrics, TrainingMetrics::getChoiceLosses),
                turns(metrics));
    }

    /** Counts the samples of each group in each report. */
    private static List<Stretch> stretches(
            List<TrainingMetrics> metrics, Function<TrainingMetrics, Map<String, GroupLoss>> groups) {
        List<Stretch> stretches = new ArrayList<>();
        for (TrainingMetrics report : metrics) {
            Map<String, Long> samples = new HashMap<>();
            groups.apply(report).forEach((name, group) -> samples.put(name, group.getSamples()));
            stretches.add(new Stretch(report.getStep() - report.getLosses().size(), report.getStep(), samples));
        }
        return stretches;
    }

    /** Returns the reports at which the version of the mixture policy differs from that of the report before. */
    static List<Turn> turns(List<TrainingMetrics> metrics) {
        List<Turn> turns = new ArrayList<>();
        for (int i = 1; i < metrics.size(); i++) {
            TrainingMetrics report = metrics.get(i);
            if (report.getMixturePolicy() != metrics.get(i - 1).getMixturePolicy()) {
                turns.add(new Turn(report.getStep(), report.getMixturePolicy()));
            }
        }
        return turns;
    }

    /** Drops reports of an earlier run that was killed after its last checkpoint, beyond the step where this one ended. */
    static List<TrainingMetrics> upTo(long step, List<TrainingMetrics> metrics) {
        return metrics.stream().filter(record -> record.getStep() <= step).toList();
    }

    private Records records(DemoTopics topics, List<String> latents) {
        Topics catalogue = connection.topics();
        DemoTopics.Admitted admitted = topics.admitted();
        List<Count> counts = new ArrayList<>(List.of(
                count(topics, catalogue.imagesRaw().name()),
                new Count(catalogue.images().name(), admitted.images()),
                count(topics, catalogue.imagesRejected().name()),
                count(topics, catalogue.captions().name()),
                count(topics, catalogue.encodings().name())));
        latents.forEach(name -> counts.add(count(topics, name)));
        return new Records(
                counts,
                refused(topics.rejections().values()),
                admitted.images(),
                admitted.withoutText(),
                topics.captions());
    }

    private static Count count(DemoTopics topics, String name) {
        return new Count(name, topics.ids(name));
    }

    /** Groups rejections by reason, the most frequent first. */
    static List<Refused> refused(Collection<Rejection> rejections) {
        Map<String, List<Rejection>> reasons = rejections.stream()
                .collect(Collectors.groupingBy(
                        rejection -> rejection.getReason().name(), TreeMap::new, Collectors.toList()));
        return reasons.entrySet().stream()
                .map(reason -> new Refused(reason.getKey(), reason.getValue().size(), thumbnails(reason.getValue())))
                .sorted(Comparator.comparingLong(Refused::count).reversed())
                .toList();
    }

    private static List<ByteBuffer> thumbnails(List<Rejection> rejections) {
        return rejections.stream()
                .sorted(Comparator.comparing(Rejection::getSource).thenComparing(Rejection::getUri))
                .flatMap(rejection -> rejection.getThumbnail().stream())
                .limit(THUMBNAILS)
                .toList();
    }

    /** @param metrics reports of one run, by step */
    static Training training(List<TrainingMetrics> metrics) {
        if (metrics.isEmpty()) {
            return new Training(0, 0, 0, List.of(), List.of());
        }
        TrainingPace pace = TrainingPace.of(metrics, 0);
        TrainingMetrics last = metrics.get(metrics.size() - 1);
        return new Training(
                last.getStep(),
                pace.imagesPerSecond(),
                pace.stall(),
                shares(last.getMixture()),
                shares(last.getCaptionChoices()));
    }

    private static List<Share> shares(Map<String, Double> shares) {
        return new TreeMap<>(shares)
                .entrySet().stream()
                        .map(share -> new Share(share.getKey(), share.getValue()))
                        .toList();
    }

    /** Returns the grid that was drawn at this step; one of another step says nothing about the checkpoint. */
    static Optional<ImageGrid> samples(Path runFolder, long step) throws IOException {
        Path grid = Checkpoints.samples(runFolder, step);
        return Files.exists(grid)
                ? Optional.of(new ImageGrid(Files.readAllBytes(grid), new SampleSettings().prompts()))
                : Optional.empty();
    }

    private List<String> files(Optional<Path> checkpoint, long step) {
        Map<String, Path> files = new LinkedHashMap<>();
        checkpoint.ifPresent(path -> files.put("checkpoint", path));
        files.put("first samples", Checkpoints.samples(runFolder, 0)); // of a run that started from trained weights
        if (step > 0) {
            files.put("samples", Checkpoints.samples(runFolder, step));
        }
        files.put("decoded latents", data.decoded());
        files.values().removeIf(Files::notExists);
        files.put("summary", data.summary()); // written last
        return files.entrySet().stream()
                .map(file -> "%-15s %s".formatted(file.getKey(), file.getValue()))
                .toList();
    }
}
