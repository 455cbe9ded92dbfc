package dev.latentstream.models.pretrain;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.latentstream.models.caption.Blip;
import dev.latentstream.models.caption.BlipCaptioner;
import dev.latentstream.models.caption.BlipDecoder;
import dev.latentstream.models.caption.BlipFiles;
import dev.latentstream.models.caption.BlipFiles.LoadedConfig;
import dev.latentstream.models.caption.BlipVision;
import dev.latentstream.models.caption.CaptionRequest;
import dev.latentstream.models.caption.DecodingStrategy;
import dev.latentstream.models.caption.GeneratedCaption;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.Normalization;
import dev.latentstream.models.nn.Layer;
import dev.latentstream.models.nn.Linear;
import dev.latentstream.models.nn.ModelLoader;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.optim.LearningRate;
import dev.latentstream.models.pretrain.CaptionedSamples.Batch;
import dev.latentstream.models.pretrain.CaptionedSamples.PromptedCaption;
import dev.latentstream.models.pretrain.Pretraining.Progress;
import dev.latentstream.models.tokenizer.WordPiece;
import dev.latentstream.models.tokenizer.WordPieceVocabulary;
import dev.latentstream.models.weights.SafetensorsWriter;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Trains the shipped captioner from scratch on images of known contents.
 *
 * <p>Beside the captions, the network learns to classify the contents of each patch, through linear heads that are discarded
 * afterwards: a caption of twenty words carries little information on where in the image each word comes from, the labels of the
 * patches are direct.
 *
 * <p>Not thread-safe; samples are made on a dedicated thread.
 */
public final class CaptionerPretraining implements AutoCloseable {
    /** Length of the run that made the shipped weights. */
    public static final long SHIPPED_STEPS = 3_800;

    private static final int BATCH = 32;
    private static final int HELD_OUT = 96;
    private static final int GROUP = 16; // texts of similar length in one pass of the decoder
    private static final double EMA_DECAY = 0.997;
    private static final double PEAK_RATE = 1e-3;
    private static final long WARM_UP = 300;
    private static final double COOL_DOWN = 0.25; // of the run
    private static final int REPORT_EVERY = 100;
    private static final int MEASURE_EVERY = 500;
    private static final int IGNORED = -100;
    private static final int VOCABULARY_SCENES = 5000; // scenes: each of their words occurs many times
    private static final long PATCH_STEPS = 2400; // in which only patches are classified
    private static final int MAX_TOKENS = 100;

    private final LoadedConfig loaded;
    private final Pretraining run;
    private final CaptionedSamples samples;
    private final Batch heldOut;
    private final NDManager manager;
    private final WordPiece words;
    private final List<String> vocabulary;
    private final Student student;
    private final BlipCaptioner average;
    private final PretrainingState state;

    /** The captioner, and the heads that classify patches. */
    private static final class Student extends Layer {
        private final Blip captioner;
        private final List<Linear> patchHeads;

        Student(Blip.Config config, List<Integer> classes) {
            captioner = child("captioner", new Blip(config));
            patchHeads = children(
                    "patch_heads",
                    classes.size(),
                    i -> Linear.of(config.vision().width(), classes.get(i)));
        }
    }

    /**
     * @param samples images of the network's size
     * @param heldOut images to measure on, none of which are in {@code samples}
     */
    public CaptionerPretraining(Pretraining run, CaptionedSamples samples, CaptionedSamples heldOut, Device device) {
        this.run = run;
        this.samples = samples;
        this.heldOut = heldOut.batch(0, HELD_OUT);
        vocabulary = WordPieceVocabulary.build(texts(samples));
        words = WordPiece.of(vocabulary);
        loaded = loaded(vocabulary);
        manager = ModelLoader.manager(device);
        student = new Student(loaded.config(), samples.classes());
        Weights.initialise(student, manager, run.seed());
        MimeticInit.apply(student.captioner.vision(), loaded.config().vision());
        state = new PretrainingState(student, EMA_DECAY, "%s, seed %d".formatted(loaded.config(), run.seed()));
        Student lent = new Student(loaded.config(), samples.classes());
        state.lendAverage(lent);
        average = new BlipCaptioner(lent.captioner, loaded, words, manager);
    }

    /** 64 x 64 pixels in patches of 8, for about 1.9 million parameters. */
    private static LoadedConfig loaded(List<String> vocabulary) {
        return new LoadedConfig(
                new Blip.Config(
                        new BlipVision.Config(64, 8, 160, 480, 4, 5, 1e-5),
                        new BlipDecoder.Config(vocabulary.size(), 112, 128, 384, 3, 4, 1e-12, true)),
                vocabulary.indexOf(WordPiece.DECODE),
                vocabulary.indexOf(WordPiece.END),
                new Normalization(
                        Collections.nCopies(ImageBatch.PLANES, 0.5), Collections.nCopies(ImageBatch.PLANES, 0.25)));
    }

    private static List<String> texts(CaptionedSamples samples) {
        List<String> texts = new ArrayList<>();
        for (PromptedCaption text : samples.texts(VOCABULARY_SCENES)) {
            texts.add(text.prompt());
            texts.add(text.caption());
        }
        return texts;
    }

    /**
     * Trains until the last step, or until the run is stopped.
     *
     * @return whether the last step is done
     */
    public boolean train() throws IOException {
        Path file = run.work().resolve("captioner.safetensors");
        state.resume(file);
        LearningRate rate = new LearningRate(PEAK_RATE, WARM_UP, run.steps(), COOL_DOWN);
        try (Prefetcher<Batch> ahead = new Prefetcher<>(step -> samples.batch(step * BATCH, BATCH), state.step(), 4)) {
            while (continues()) {
                long start = System.nanoTime();
                long first = state.step();
                double sum = 0;
                do {
                    sum += step(ahead.take(), rate.at(state.step()));
                } while (state.step() % REPORT_EVERY != 0 && continues());
                long steps = state.step() - first;
                double seconds = (System.nanoTime() - start) / 1e9;
                state.save(file);
                String measured = state.step() % MEASURE_EVERY == 0 ? measured() : "";
                run.report()
                        .accept(new Progress(
                                state.step(), run.steps(), sum / steps, steps * BATCH / seconds, measured));
            }
        }
        return state.step() >= run.steps();
    }

    private boolean continues() {
        return state.step() < run.steps() && !run.stop().getAsBoolean();
    }

    /** Writes the averaged weights in half precision, the configuration and the vocabulary, in transformers' layout. */
    public void export(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, byte[]> file : BlipFiles.files(loaded).entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        Files.write(folder.resolve("vocab.txt"), vocabulary);
        Map<String, NDArray> weights = new LinkedHashMap<>();
        average.network().weights().forEach((name, weight) -> weights.put(name, weight.value()));
        // Transformers' files contain the head's matrix even if it is that of the embeddings.
        weights.put(
                "text_decoder.cls.predictions.decoder.weight",
                Objects.requireNonNull(weights.get("text_decoder.bert.embeddings.word_embeddings.weight")));
        SafetensorsWriter.write(folder.resolve("model.safetensors"), weights, Map.of("format", "pt"), Precision.F16);
    }

    @Override
    public void close() {
        state.close();
        average.close();
    }

    // ------------------------------------------------------------------ a step

    private double step(Batch batch, double rate) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray images = average.normalised(batch.images());
            List<TeacherForcingBatch> batches = TeacherForcingBatch.group(batch.texts(), words, loaded, GROUP);
            state.optimiser().zeroGradients();
            NDArray loss = Torch.backward(() -> loss(images, batch.labels(), batches));
            state.update(rate);
            return loss.getFloat();
        }
    }

    private NDArray loss(NDArray images, List<long[]> labels, List<TeacherForcingBatch> batches) {
        NDArray encoded = student.captioner.encodeImage(Pass.PLAIN, images); // (B, S, D)
        NDArray loss = patchLoss(encoded, labels);
        if (state.step() < PATCH_STEPS) {
            return loss;
        }
        int tokens = batches.stream().mapToInt(TeacherForcingBatch::labelCount).sum();
        for (TeacherForcingBatch batch : batches) {
            NDArray imageTokens = Torch.rows(encoded, Torch.indices(manager, batch.images(), batch.count()));
            NDArray inputIds = Torch.indices(manager, batch.inputIds(), batch.count(), batch.length());
            NDArray nextIds = Torch.indices(manager, batch.labels(), batch.labels().length);
            NDArray scores = student.captioner.decode(Pass.PLAIN, imageTokens, inputIds); // (G, T, V)
            NDArray flat = scores.reshape(batch.labels().length, -1);
            loss = loss.add(
                    Torch.scale(Torch.crossEntropy(flat, nextIds, IGNORED, 0), (double) batch.labelCount() / tokens));
        }
        return loss;
    }

    /** The sum of the losses of the heads that classify patches. */
    private NDArray patchLoss(NDArray encoded, List<long[]> labels) {
        long patches = encoded.getShape().get(1) - 1;
        NDArray tokens = Torch.narrow(encoded, 1, 1, patches); // (B, P, D)
        NDArray sum = Torch.tensor(manager, new float[1]).reshape();
        for (int i = 0; i < labels.size(); i++) {
            NDArray scores = student.patchHeads.get(i).forward(Pass.PLAIN, tokens); // (B, P, classes)
            NDArray truth = Torch.indices(manager, labels.get(i), labels.get(i).length);
            sum = sum.add(Torch.crossEntropy(scores.reshape(labels.get(i).length, -1), truth, IGNORED, 0));
        }
        return sum;
    }

    // ------------------------------------------------------------------ held-out images

    private String measured() {
        StringBuilder figures = new StringBuilder();
        for (String prompt :
                heldOut.texts().get(0).stream().map(PromptedCaption::prompt).toList()) {
            CaptionRequest request = new CaptionRequest(prompt, MAX_TOKENS, new DecodingStrategy.Greedy());
            List<List<GeneratedCaption>> captions = average.caption(heldOut.images(), List.of(request));
            CaptionScore score = CaptionScore.NONE;
            for (int i = 0; i < captions.size(); i++) {
                score = score.with(captions.get(i).get(0).text(), truth(i, prompt), samples.words());
            }
            figures.append(String.format(
                    Locale.ROOT,
                    "[%s] nouns P %.3f R %.3f, with colour P %.3f R %.3f, %.1f a caption; e.g. %s%n",
                    prompt,
                    score.precision(),
                    score.recall(),
                    score.pairPrecision(),
                    score.pairRecall(),
                    score.nounsPerCaption(),
                    captions.get(0).get(0).text()));
        }
        return figures.toString();
    }

    private String truth(int image, String prompt) {
        return heldOut.texts().get(image).stream()
                .filter(text -> text.prompt().equals(prompt))
                .map(PromptedCaption::caption)
                .findFirst()
                .orElseThrow();
    }
}
