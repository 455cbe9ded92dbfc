package dev.latentstream.app.models;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.models.caption.CaptionRequest;
import dev.latentstream.models.caption.CaptioningNetwork;
import dev.latentstream.models.caption.DecodingStrategy;
import dev.latentstream.models.caption.GeneratedCaption;
import dev.latentstream.models.diffusion.DiffusionSampler;
import dev.latentstream.models.diffusion.DiffusionSampler.Spacing;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.pretrain.BackboneEvaluation;
import dev.latentstream.models.pretrain.BackbonePretraining;
import dev.latentstream.models.pretrain.CaptionScore;
import dev.latentstream.trainer.SampleSettings;
import java.util.List;

/**
 * Whether samples show what their prompts name, as the shipped captioner recognises it: the share of prompts whose object, object with
 * its colour, and background are in its caption of the sample. Drawings of the same scenes are the upper bound.
 */
final class PromptFidelity {
    private static final int MAX_TOKENS = 100;

    private final ConditioningScenes scenes;
    private final BackboneEvaluation backbone;
    private final CaptioningNetwork captioner;
    private final SampleSettings settings = new SampleSettings();
    private final DiffusionSampler sampler;
    private final Counts samples = new Counts();
    private final Counts drawings = new Counts();

    PromptFidelity(ConditioningScenes scenes, BackboneEvaluation backbone, CaptioningNetwork captioner) {
        this.scenes = scenes;
        this.backbone = backbone;
        this.captioner = captioner;
        sampler = new DiffusionSampler(
                BackbonePretraining.OBJECTIVE, settings.sampler(), Spacing.TRAILING, settings.samplerSteps());
    }

    /** Samples the prompts {@code first} to {@code first + count - 1}, with the settings of a run's sample grid, and adds their counts. */
    void measure(int first, int count) {
        List<Long> numbers = ConditioningScenes.centred(first, count);
        List<String> prompts = numbers.stream().map(scenes::prompt).toList();
        ImageBatch sampled =
                backbone.samples(prompts, sampler, settings.guidance(), ConditioningScenes.SIDE, numbers.get(0));
        ImageBatch drawn = ImageBatch.of(
                numbers.stream().map(number -> scenes.image(number).rgb()).toList(),
                ConditioningScenes.SIDE,
                ConditioningScenes.SIDE);
        add(samples, numbers, sampled);
        add(drawings, numbers, drawn);
    }

    ObjectNode figures() {
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        figures.set("samples", samples.figures());
        figures.set("drawings", drawings.figures());
        return figures;
    }

    private void add(Counts counts, List<Long> numbers, ImageBatch images) {
        CaptionRequest dense = new CaptionRequest(CaptionedScenes.DENSE, MAX_TOKENS, new DecodingStrategy.Greedy());
        List<List<GeneratedCaption>> captions = captioner.caption(images, List.of(dense));
        for (int i = 0; i < numbers.size(); i++) {
            String caption = captions.get(i).get(0).text();
            counts.score = counts.score.with(caption, scenes.prompt(numbers.get(i)), CaptionedScenes.WORDS);
            counts.backgrounds += caption.contains(scenes.background(numbers.get(i))) ? 1 : 0;
        }
    }

    private static final class Counts {
        private CaptionScore score = CaptionScore.NONE;
        private int backgrounds;

        ObjectNode figures() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("prompts", score.captions())
                    .put("objectRecognised", EvaluateCommand.rounded(score.recall()))
                    .put("colouredObjectRecognised", EvaluateCommand.rounded(score.pairRecall()))
                    .put("backgroundRecognised", EvaluateCommand.rounded((double) backgrounds / score.captions()));
        }
    }
}
