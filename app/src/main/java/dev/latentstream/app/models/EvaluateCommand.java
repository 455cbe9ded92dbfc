package dev.latentstream.app.models;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.app.cli.StopSignal;
import dev.latentstream.app.cli.Usage;
import dev.latentstream.app.models.ModelsCommand.ShippedNetwork;
import dev.latentstream.models.ShippedModels;
import dev.latentstream.models.autoencoder.Autoencoder;
import dev.latentstream.models.caption.CaptionRequest;
import dev.latentstream.models.caption.CaptioningNetwork;
import dev.latentstream.models.caption.DecodingStrategy;
import dev.latentstream.models.caption.GeneratedCaption;
import dev.latentstream.models.image.Psnr;
import dev.latentstream.models.pretrain.BackboneEvaluation;
import dev.latentstream.models.pretrain.BackbonePretraining;
import dev.latentstream.models.pretrain.CaptionScore;
import dev.latentstream.models.pretrain.CaptionedSamples.Batch;
import dev.latentstream.models.pretrain.CaptionedSamples.PromptedCaption;
import dev.latentstream.models.text.MiniLmEncoder;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.runtime.settings.Checks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures a shipped network on scenes that it was not trained on. */
@Command(name = "evaluate", description = "Measure a shipped network on scenes that it was not trained on.")
final class EvaluateCommand implements Callable<Integer> {
    /** Added to the seed of a training, for scenes that it never draws. */
    static final long UNSEEN = 0x5EED;

    private static final int BATCH = 10;
    private static final int LOSSES = 100; // scenes per measurement, with noise levels spread evenly over them
    private static final int MAX_TOKENS = 100;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", description = "${COMPLETION-CANDIDATES}")
    private ShippedNetwork network = ShippedNetwork.VAE;

    @Option(names = "--scenes", defaultValue = "500", description = "Number of scenes. Default: ${DEFAULT-VALUE}")
    private int scenes;

    @Option(names = "--seed", defaultValue = "2", description = "Seed of the scenes. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "With backbone: a network of models pretrain, in place of the shipped one.")
    private @Nullable Path folder;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Usage.requireValid(spec, () -> Checks.atLeast("scenes", scenes, 1));
        if (folder != null && network != ShippedNetwork.BACKBONE) {
            throw new ParameterException(spec.commandLine(), "--folder applies to backbone");
        }
        try (StopSignal stop = StopSignal.ofProcess()) {
            Optional<ObjectNode> figures =
                    switch (network) {
                        case VAE -> autoencoder(stop);
                        case CAPTIONER -> captioner(stop);
                        case BACKBONE -> backbone(stop);
                    };
            figures.ifPresent(this::print);
            return figures.isPresent() ? 0 : 1;
        }
    }

    private void print(ObjectNode figures) {
        PrintWriter console = spec.commandLine().getOut();
        if (json) {
            console.println(figures.toPrettyString());
        } else {
            figures.properties().forEach(f -> console.println(f.getKey() + " " + f.getValue()));
        }
        console.flush();
    }

    /** Returns whether the process is asked to stop, after printing so. */
    private boolean isStopped(StopSignal stop, int done) {
        if (stop.isRequested()) {
            spec.commandLine().getErr().printf("stopped after %d of %d scenes%n", done, scenes);
        }
        return stop.isRequested();
    }

    private Optional<ObjectNode> autoencoder(StopSignal stop) throws IOException {
        double sum = 0;
        try (Autoencoder autoencoder = ShippedModels.vae(Device.cpu())) {
            for (int i = 0; i < scenes; i++) {
                if (isStopped(stop, i)) {
                    return Optional.empty();
                }
                var image = SceneImages.whole(seed + UNSEEN).batch(i, 1);
                sum += Psnr.of(
                        image.rgb(),
                        autoencoder.decode(autoencoder.encode(image)).rgb());
            }
        }
        return Optional.of(
                JsonNodeFactory.instance.objectNode().put("scenes", scenes).put("meanPsnr", rounded(sum / scenes)));
    }

    private Optional<ObjectNode> backbone(StopSignal stop) throws IOException {
        ConditioningScenes drawn = new ConditioningScenes(seed + UNSEEN);
        try (Autoencoder autoencoder = ShippedModels.vae(Device.cpu());
                TextEncoder text = MiniLmEncoder.load(BackbonePretraining.TOKENS, 1, 0);
                CaptioningNetwork captioner = ShippedModels.captioner(Device.cpu());
                BackboneEvaluation evaluation = backbone(drawn, autoencoder, text)) {
            Optional<ObjectNode> figures = losses(evaluation, stop);
            if (figures.isEmpty()) {
                return figures;
            }
            PromptFidelity fidelity = new PromptFidelity(drawn, evaluation, captioner);
            for (int first = 0; first < scenes; first += BATCH) {
                if (isStopped(stop, first)) {
                    return Optional.empty();
                }
                fidelity.measure(first, Math.min(BATCH, scenes - first));
            }
            figures.get().setAll(fidelity.figures());
            return figures;
        }
    }

    private BackboneEvaluation backbone(ConditioningScenes drawn, Autoencoder autoencoder, TextEncoder text)
            throws IOException {
        return folder == null
                ? ShippedModels.backbone(
                        shipped -> BackboneEvaluation.load(shipped, drawn, autoencoder, text, Device.cpu()))
                : BackboneEvaluation.load(folder, drawn, autoencoder, text, Device.cpu());
    }

    private Optional<ObjectNode> losses(BackboneEvaluation evaluation, StopSignal stop) {
        double sum = 0;
        for (int first = 0; first < scenes; first += LOSSES) {
            if (isStopped(stop, first)) {
                return Optional.empty();
            }
            int count = Math.min(LOSSES, scenes - first);
            sum += count * evaluation.loss(first, count);
        }
        return Optional.of(
                JsonNodeFactory.instance.objectNode().put("scenes", scenes).put("meanLoss", rounded(sum / scenes)));
    }

    private Optional<ObjectNode> captioner(StopSignal stop) throws IOException {
        CaptionedScenes samples = CaptionedScenes.measuring(seed + UNSEEN);
        Map<String, CaptionScore> scores = new LinkedHashMap<>();
        try (CaptioningNetwork captioner = ShippedModels.captioner(Device.cpu())) {
            for (int first = 0; first < scenes; first += BATCH) {
                if (isStopped(stop, first)) {
                    return Optional.empty();
                }
                measure(captioner, samples, samples.batch(first, Math.min(BATCH, scenes - first)), scores);
            }
        }
        ObjectNode figures = JsonNodeFactory.instance.objectNode().put("scenes", scenes);
        scores.forEach((prompt, score) -> figures.putObject(prompt)
                .put("nounPrecision", rounded(score.precision()))
                .put("nounRecall", rounded(score.recall()))
                .put("colouredNounPrecision", rounded(score.pairPrecision()))
                .put("colouredNounRecall", rounded(score.pairRecall()))
                .put("nounsPerCaption", rounded(score.nounsPerCaption())));
        return Optional.of(figures);
    }

    private static void measure(
            CaptioningNetwork captioner, CaptionedScenes samples, Batch batch, Map<String, CaptionScore> scores) {
        List<String> prompts =
                batch.texts().get(0).stream().map(PromptedCaption::prompt).toList();
        List<CaptionRequest> requests = prompts.stream()
                .map(prompt -> new CaptionRequest(prompt, MAX_TOKENS, new DecodingStrategy.Greedy()))
                .toList();
        List<List<GeneratedCaption>> written = captioner.caption(batch.images(), requests);
        for (int image = 0; image < written.size(); image++) {
            for (int i = 0; i < prompts.size(); i++) {
                String text = written.get(image).get(i).text();
                String truth = batch.texts().get(image).get(i).caption();
                scores.merge(prompts.get(i), CaptionScore.NONE.with(text, truth, samples.words()), CaptionScore::plus);
            }
        }
    }

    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
