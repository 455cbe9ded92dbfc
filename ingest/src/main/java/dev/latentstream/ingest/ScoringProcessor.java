package dev.latentstream.ingest;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.ingest.scoring.Scored;
import dev.latentstream.ingest.scoring.Scorers;
import dev.latentstream.ingest.scoring.Scorers.ToScore;
import dev.latentstream.models.image.RgbImage;
import dev.latentstream.runtime.BadRecordException;
import dev.latentstream.runtime.batch.BatchProcessor;
import dev.latentstream.runtime.batch.InputRecord;
import dev.latentstream.runtime.batch.OutputRecord;
import dev.latentstream.runtime.kafka.StageHeaders;
import dev.latentstream.runtime.meters.Meter;
import dev.latentstream.runtime.meters.Meters;
import dev.latentstream.schemas.Candidate;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Judgement;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.RawImage;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has models score candidates, and judges them again with their scores.
 *
 * <pre>
 *   images-unscored --decode--> pixels --models--> scores --policy in force--> judgement --> images-scored
 * </pre>
 *
 * <p>Every candidate is passed on, refused or not: {@link Admission} decides. A score that an image brings from the quarantine, by the same
 * model, is not computed again. Not thread-safe.
 */
final class ScoringProcessor implements BatchProcessor<Candidate> {
    static final String STAGE = "scoring";

    private final Topics topics;
    private final Scorers scorers;
    private final Judge judge;
    private final StageHeaders headers;
    private final Meters meters;

    ScoringProcessor(Topics topics, Scorers scorers, Judge judge, StageHeaders headers, Meters meters) {
        this.topics = topics;
        this.scorers = scorers;
        this.judge = judge;
        this.headers = headers;
        this.meters = meters;
    }

    /** Whether models have to score it: an image that is not refused already. */
    static boolean isToScore(Candidate candidate) {
        return candidate.getFound() instanceof Image
                && candidate.getJudgement().flatMap(Judgement::getRejection).isEmpty();
    }

    @Override
    public List<OutputRecord<?>> process(List<InputRecord<Candidate>> batch) {
        List<ToScore> images = new ArrayList<>();
        for (InputRecord<Candidate> input : batch) {
            @Nullable Candidate candidate = input.value();
            if (candidate != null && isToScore(candidate)) {
                Image image = (Image) candidate.getFound();
                dropClaims(image);
                images.add(toScore(input.key(), image));
            }
        }
        Iterator<Scored> scored = scorers.score(images).iterator();
        List<OutputRecord<?>> outputs = new ArrayList<>();
        for (InputRecord<Candidate> input : batch) {
            @Nullable Candidate candidate = input.value();
            if (candidate == null) {
                continue; // nobody writes tombstones here, and there is nothing that one could delete
            }
            if (isToScore(candidate)) {
                judge(candidate, (Image) candidate.getFound(), scored.next());
            }
            outputs.add(written(input, candidate));
        }
        return outputs;
    }

    /** Leaves what ingest has measured, and scores by these very models, such as an image brings from the quarantine. */
    private void dropClaims(Image image) {
        Map<String, Float> scores = new HashMap<>(image.getScores());
        Map<String, String> claimed = image.getScoreModels();
        Map<String, String> models = new HashMap<>(claimed);
        models.entrySet()
                .removeIf(model -> !model.getValue().equals(scorers.models().get(model.getKey()))
                        || !Float.isFinite(scores.getOrDefault(model.getKey(), Float.NaN)));
        scores.keySet().removeIf(score -> claimed.containsKey(score) && !models.containsKey(score));
        image.setScores(scores);
        image.setScoreModels(models);
    }

    private static ToScore toScore(String pixels, Image image) {
        return new ToScore(pixels, image.getScoreModels(), image.getAltText(), () -> pixels(image));
    }

    private static RgbImage pixels(Image image) {
        try {
            return RgbImage.decode(image.getImage());
        } catch (IllegalArgumentException undecodable) {
            throw new BadRecordException("the image cannot be decoded: " + undecodable.getMessage(), undecodable);
        }
    }

    private void judge(Candidate candidate, Image image, Scored scored) {
        Map<String, Float> scores = new HashMap<>(image.getScores());
        scores.putAll(scored.scores());
        Map<String, String> models = new HashMap<>(image.getScoreModels());
        models.putAll(scored.models());
        image.setScores(scores);
        image.setScoreModels(models);
        Optional<Refusal> failed = scored.refusal();
        judge.judgedAgain(
                candidate, image, policy -> failed.or(() -> ScoreFilter.refuse(policy, image, scorers.bounds())));
        candidate.getKept().ifPresent(kept -> keep(kept, image));
        count(candidate, image);
    }

    /** Gives the original that goes to the quarantine the scores of its image. */
    private static void keep(RawImage original, Image image) {
        Map<String, Float> scores = new HashMap<>(image.getScores());
        scores.keySet().retainAll(image.getScoreModels().keySet());
        original.setScores(scores);
        original.setScoreModels(image.getScoreModels());
    }

    private void count(Candidate candidate, Image image) {
        String outcome = candidate
                .getJudgement()
                .flatMap(Judgement::getRejection)
                .map(Rejection::getReason)
                .map(KebabCase::of)
                .orElse("passed");
        meters.count(Meter.STAGE_RECORDS, STAGE, image.getSource(), outcome);
        scorers.bounds().keySet().forEach(score -> {
            @Nullable Float value = image.getScores().get(score);
            if (value != null) {
                meters.record(Meter.SCORE, value, image.getSource(), score);
            }
        });
    }

    private OutputRecord<Candidate> written(InputRecord<Candidate> input, Candidate candidate) {
        String source = StageHeaders.source(input.headers()).orElse("");
        long policy = candidate.getJudgement().map(Judgement::getPolicy).orElse(0L);
        return new OutputRecord<>(
                topics.imagesScored(), input.key(), candidate, headers.propagate(input.headers(), source, policy));
    }
}
