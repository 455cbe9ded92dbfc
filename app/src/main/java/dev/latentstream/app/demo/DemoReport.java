package dev.latentstream.app.demo;

import dev.latentstream.app.cluster.DataFolder;
import dev.latentstream.app.demo.Summary.Count;
import dev.latentstream.app.demo.Summary.LossPoint;
import dev.latentstream.app.demo.Summary.Picture;
import dev.latentstream.app.demo.Summary.Share;
import dev.latentstream.app.demo.Summary.Training;
import dev.latentstream.app.stages.TrainingPace;
import dev.latentstream.app.topics.TopicReader;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.Topics;
import dev.latentstream.schemas.TrainingMetrics;
import dev.latentstream.trainer.LatentDecoder;
import dev.latentstream.trainer.SampleSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads from the topics and the files of a demo what it did. */
final class DemoReport {
    private final KafkaConnection connection;
    private final DataFolder data;
    private final Path runFolder;

    DemoReport(KafkaConnection connection, DataFolder data, Path runFolder) {
        this.connection = connection;
        this.data = data;
        this.runFolder = runFolder;
    }

    /** @param decoder shows what latents hold */
    Summary gather(String command, Duration took, LatentDecoder decoder) throws IOException {
        try (TopicReader reader = new TopicReader(connection)) {
            DemoTopics topics = new DemoTopics(connection, reader);
            List<String> latents = topics.latents();
            Optional<Picture> decoded = new LatentGrid(decoder).of(topics.newestLatents(latents));
            if (decoded.isPresent()) {
                Files.write(data.decoded(), decoded.get().png());
            }
            List<TrainingMetrics> metrics = topics.metrics(DemoPlan.RUN);
            return new Summary(
                    command,
                    Instant.now().truncatedTo(ChronoUnit.SECONDS),
                    took,
                    training(metrics),
                    counts(topics, latents),
                    rejections(topics.rejections()),
                    topics.captions(),
                    metrics.stream()
                            .map(record -> new LossPoint(record.getStep(), record.getLoss()))
                            .toList(),
                    samples(),
                    decoded,
                    files());
        }
    }

    private List<Count> counts(DemoTopics topics, List<String> latents) {
        Topics catalogue = connection.topics();
        List<String> names = new ArrayList<>(List.of(
                catalogue.imagesRaw().name(),
                catalogue.images().name(),
                catalogue.imagesRejected().name(),
                catalogue.captions().name(),
                catalogue.encodings().name()));
        names.addAll(latents);
        return names.stream().map(name -> new Count(name, topics.ids(name))).toList();
    }

    private static List<Count> rejections(Map<String, Rejection> rejections) {
        Map<String, Long> reasons = rejections.values().stream()
                .collect(Collectors.groupingBy(
                        rejection -> rejection.getReason().name(), TreeMap::new, Collectors.counting()));
        return reasons.entrySet().stream()
                .map(reason -> new Count(reason.getKey(), reason.getValue()))
                .sorted(Comparator.comparingLong(Count::count).reversed())
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

    private Optional<Picture> samples() throws IOException {
        Optional<Path> newest = newest(runFolder.resolve("samples"), ".png");
        return newest.isEmpty()
                ? Optional.empty()
                : Optional.of(new Picture(Files.readAllBytes(newest.get()), new SampleSettings().prompts()));
    }

    private List<String> files() throws IOException {
        List<String> files = new ArrayList<>();
        newest(runFolder.resolve("checkpoints"), "").ifPresent(path -> files.add("checkpoint      " + path));
        Path first =
                runFolder.resolve("samples").resolve("step-00000000.png"); // of a run that began with trained weights
        if (Files.exists(first)) {
            files.add("first samples   " + first);
        }
        newest(runFolder.resolve("samples"), ".png").ifPresent(path -> files.add("samples         " + path));
        if (Files.exists(data.decoded())) {
            files.add("decoded latents " + data.decoded());
        }
        files.add("summary         " + data.summary());
        return files;
    }

    /** The last by name: names hold the step, with leading zeros. */
    private static Optional<Path> newest(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> entry.getFileName().toString().matches("step-\\d+" + Pattern.quote(ending)))
                    .max(Comparator.naturalOrder());
        }
    }
}
