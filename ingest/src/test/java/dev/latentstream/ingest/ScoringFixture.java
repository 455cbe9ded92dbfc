package dev.latentstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.ingest.image.TestImages;
import dev.latentstream.ingest.optout.OptOutLists;
import dev.latentstream.ingest.scoring.ImageScorer;
import dev.latentstream.ingest.scoring.ScoreBound;
import dev.latentstream.ingest.scoring.Scorers;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.runtime.policy.VersionedPolicy;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Topics;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Ingest with a model that scores images between its two steps: the redness of their first pixel. */
abstract class ScoringFixture {
    static final byte[] RED = plain(255, 0);
    static final byte[] PINK = plain(204, 150);
    static final byte[] GREY = plain(100, 100);
    static final byte[] BLACK = plain(0, 0);

    @TempDir
    Path state;

    final Redness redness = new Redness();
    final Meters meters = new Meters();
    final Map<String, FilterPolicy> policies = new HashMap<>();
    long version = 1;
    IngestDriver ingest;
    Scorers scorers;
    ScoringProcessor processor;

    @BeforeEach
    void start() {
        ingest = new IngestDriver(state, new IngestSettings(), OptOutLists.none(), true);
        start(new QuarantineSettings());
    }

    final void start(QuarantineSettings quarantine) {
        scorers = Scorers.of(List.of(redness), Set.copyOf(IngestStage.SCORES), null);
        redness.scored = 0;
        processor = new ScoringProcessor(
                new Topics(""),
                scorers,
                new Judge(
                        source -> new VersionedPolicy<>(version, policy(source)),
                        quarantine,
                        new PolicyFilter(OptOutLists.none()),
                        meters),
                new StageHeaders(new Random(1)),
                meters);
    }

    @AfterEach
    void close() {
        scorers.close();
        ingest.close();
        meters.close();
    }

    /** Runs the scoring stage on all that waits for it. */
    void score() {
        List<InputRecord<Candidate>> batch = new ArrayList<>();
        for (TestRecord<String, Candidate> record : ingest.unscored().readRecordsToList()) {
            batch.add(new InputRecord<>(
                    record.key(), record.value(), record.headers(), "images-unscored", 0, batch.size(), 0));
        }
        for (OutputRecord<?> output : processor.process(batch)) {
            assertThat(output.topic().name()).isEqualTo("images-scored");
            ingest.sendScored(output.key(), (Candidate) Objects.requireNonNull(output.value()), output.headers());
        }
    }

    FilterPolicy policy(String source) {
        return policies.getOrDefault(source, policy(Map.of(), Map.of()));
    }

    static FilterPolicy policy(Map<String, Double> min, Map<String, Double> max) {
        return FilterPolicy.newBuilder()
                .setMinSide(32)
                .setMaxAspectRatio(3)
                .setMinScores(min)
                .setMaxScores(max)
                .build();
    }

    static byte[] plain(int red, int green) {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        Graphics2D drawing = image.createGraphics();
        drawing.setColor(new Color(red, green, 0));
        drawing.fillRect(0, 0, 64, 64);
        drawing.dispose();
        return TestImages.png(image);
    }

    /** The red of the first pixel; no number for black. */
    static final class Redness implements ImageScorer {
        int scored;

        @Override
        public String name() {
            return "redness";
        }

        @Override
        public String id() {
            return "redness-1";
        }

        @Override
        public Map<String, Optional<ScoreBound>> scores() {
            return Map.of("redness", Optional.of(new ScoreBound(true, 0.9)));
        }

        @Override
        public int maxBatch() {
            return 16;
        }

        @Override
        public List<Map<String, Double>> score(List<Input> images) {
            scored += images.size();
            return images.stream()
                    .map(input -> input.image().values())
                    .map(pixels -> pixels[1] == 0 && pixels[2] == 0 && pixels[0] == 0
                            ? Double.NaN
                            : (pixels[0] & 0xff) / 255.0)
                    .map(value -> Map.of("redness", value))
                    .toList();
        }

        @Override
        public void close() {}
    }
}
