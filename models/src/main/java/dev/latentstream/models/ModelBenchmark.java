package dev.latentstream.models;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.latentstream.models.autoencoder.AutoencoderKL;
import dev.latentstream.models.backbone.Backbone;
import dev.latentstream.models.backbone.Backbone.Conditioning;
import dev.latentstream.models.backbone.PixArtTransformer2DModel;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Blocks;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.Conditions;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.PatchGrid;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.TextInput;
import dev.latentstream.models.backbone.PixArtTransformer2DModel.TextUse;
import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.models.backbone.UNet2DConditionModel;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.CrossAttention;
import dev.latentstream.models.backbone.UNet2DConditionModel.Resolution;
import dev.latentstream.models.backbone.UNetPresets;
import dev.latentstream.models.backbone.UViT;
import dev.latentstream.models.caption.Blip;
import dev.latentstream.models.caption.BlipCaptioner;
import dev.latentstream.models.caption.BlipDecoder;
import dev.latentstream.models.caption.BlipFiles;
import dev.latentstream.models.caption.BlipVision;
import dev.latentstream.models.caption.CaptionRequest;
import dev.latentstream.models.caption.DecodingStrategy;
import dev.latentstream.models.diffusion.BatchConditioning;
import dev.latentstream.models.diffusion.DiffusionObjective;
import dev.latentstream.models.diffusion.DiffusionSchedule;
import dev.latentstream.models.diffusion.DiffusionTraining;
import dev.latentstream.models.diffusion.Prediction;
import dev.latentstream.models.diffusion.StepComputation;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.image.Normalization;
import dev.latentstream.models.nn.Initializer;
import dev.latentstream.models.nn.Pass;
import dev.latentstream.models.nn.Torch;
import dev.latentstream.models.optim.AdamW;
import dev.latentstream.models.optim.LearningRate;
import dev.latentstream.models.text.TextStates;
import dev.latentstream.models.tokenizer.WordPiece;
import dev.latentstream.models.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Times networks with random weights on random inputs. {@code tools/reference/bench.py} runs the same cases in PyTorch.
 */
public enum ModelBenchmark {
    /** The UNet {@code sdxl-c128} without its last level, on 4 latents of 32 x 32. */
    SDXL_C128_FORWARD(setup -> forward(setup, sdxlC128(), 4, 32, 77)),
    SDXL_C128_STEP(setup -> step(setup, sdxlC128(), 4, 32, 77)),
    /** The default UNet of a trainer, on 32 latents of 16 x 16. */
    SMALL_UNET_FORWARD(setup -> forward(setup, smallUNet(), 32, 16, 48)),
    SMALL_UNET_STEP(setup -> step(setup, smallUNet(), 32, 16, 48)),
    /** A PixArt transformer of eight blocks and width 512, on 4 latents of 32 x 32. */
    PIXART_FORWARD(setup -> forward(setup, pixArt(), 4, 32, 77)),
    PIXART_STEP(setup -> step(setup, pixArt(), 4, 32, 77)),
    /** A U-ViT of nine blocks and width 512, on 4 latents of 32 x 32. */
    UVIT_FORWARD(setup -> forward(setup, uViT(), 4, 32, 77)),
    UVIT_STEP(setup -> step(setup, uViT(), 4, 32, 77)),
    /** The encoder of SDXL's VAE, on an image of 256 x 256. */
    SDXL_VAE_ENCODE(ModelBenchmark::encode),
    /** BLIP base, 20 tokens for each of 4 images of 384 x 384. */
    BLIP_CAPTION(ModelBenchmark::caption);

    /** The number of rounds, and how and where they are computed. */
    public record Setup(int rounds, StepComputation computation, Device device) {
        public Setup {
            if (rounds < 1) {
                throw new IllegalArgumentException("%d rounds; at least 1 is needed".formatted(rounds));
            }
        }
    }

    /**
     * The result of a case.
     *
     * @param millis of each round
     * @param peakBytes peak resident memory of the process since the start of the case; 0 if the system does not report it
     */
    public record Measured(List<Double> millis, long peakBytes) {
        public Measured {
            millis = List.copyOf(millis);
        }
    }

    /** The computation of one round. */
    private interface Job extends AutoCloseable {
        /** Returns when the device has finished. */
        void run();

        @Override
        void close();
    }

    private static final int WARM_UP = 3;
    private static final long SEED = 1;

    private final Function<Setup, Job> prepare;

    ModelBenchmark(Function<Setup, Job> prepare) {
        this.prepare = prepare;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Runs the case on this thread.
     *
     * @param stop asked before each round; when it returns true, the case ends with the rounds so far
     */
    public Measured measure(Setup setup, BooleanSupplier stop) throws IOException {
        resetPeak();
        try (Job job = prepare.apply(setup)) {
            for (int i = 0; i < WARM_UP && !stop.getAsBoolean(); i++) {
                job.run();
            }
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < setup.rounds() && !stop.getAsBoolean(); i++) {
                long start = System.nanoTime();
                job.run();
                millis.add((System.nanoTime() - start) / 1e6);
            }
            return new Measured(millis, peak());
        }
    }

    // ------------------------------------------------------------------ jobs

    private static Backbone sdxlC128() {
        Config whole = UNetPresets.sdxl(128, 2, 10);
        List<Resolution> two = whole.resolutions().subList(0, 2);
        CrossAttention attention = new CrossAttention(
                whole.crossAttention().headDim(),
                whole.crossAttention().dim(),
                two.get(1).transformerLayers());
        return new UNet2DConditionModel(new Config(4, 4, two, whole.blocks(), attention, whole.addedEmbedding()));
    }

    private static Backbone smallUNet() {
        return new UNet2DConditionModel(UNetPresets.small(4, 384));
    }

    private static Backbone pixArt() {
        return new PixArtTransformer2DModel(new PixArtTransformer2DModel.Config(
                4,
                8,
                new PatchGrid(32, 2, 1),
                new Blocks(8, 64, 8),
                new TextInput(1024, TextUse.PROJECTED),
                Conditions.STEP));
    }

    private static Backbone uViT() {
        return new UViT(new UViT.Config(4, 32, 2, 512, 9, 8, 768, 77));
    }

    private static Job forward(Setup setup, Backbone network, int batch, int side, int tokens) {
        NDManager manager = NDManager.newBaseManager(setup.device(), "PyTorch");
        Weights.initialise(network, manager, SEED);
        NDArray latent = normal(manager, batch, network.inChannels(), side, side);
        Conditioning text = new Conditioning(normal(manager, batch, tokens, network.crossAttentionDim()), null);
        float[] times = new float[batch];
        Arrays.fill(times, 500);
        Pass pass = setup.computation().pass();
        return job(manager, () -> network.forward(pass, latent, times, text));
    }

    private static Job step(Setup setup, Backbone network, int batch, int side, int tokens) {
        DiffusionObjective objective = new DiffusionObjective(DiffusionSchedule.scaledLinear(), Prediction.NOISE);
        DiffusionTraining training = DiffusionTraining.begin(
                new DiffusionTraining.Config(
                        SEED,
                        objective,
                        new LearningRate(1e-4, 0),
                        AdamW.Config.standard(),
                        0.999,
                        setup.computation()),
                network,
                setup.device());
        int channels = network.inChannels();
        int width = network.crossAttentionDim();
        int[] lengths = new int[batch];
        Arrays.fill(lengths, tokens);
        LatentBatch latents = new LatentBatch(batch, channels, side, side, values(batch, channels, side, side));
        TextStates text = new TextStates(tokens, width, values(batch, tokens, width), lengths, values(batch, width));
        SizeConditioning size = SizeConditioning.whole(8 * side, 8 * side); // an autoencoder of downsampling 8
        BatchConditioning conditioning = new BatchConditioning(text, Collections.nCopies(batch, size));
        return new Job() {
            @Override
            public void run() {
                training.train(latents, conditioning);
                training.takeLosses();
            }

            @Override
            public void close() {
                training.close();
            }
        };
    }

    private static Job encode(Setup setup) {
        NDManager manager = NDManager.newBaseManager(setup.device(), "PyTorch");
        AutoencoderKL network = new AutoencoderKL(AutoencoderKL.Config.sd());
        Weights.initialise(network, manager, SEED);
        NDArray image = normal(manager, 1, 3, 256, 256);
        Pass pass = setup.computation().pass();
        return job(manager, () -> network.encode(pass, image));
    }

    private static Job caption(Setup setup) {
        Blip.Config base = new Blip.Config(
                new BlipVision.Config(384, 16, 768, 3072, 12, 12, 1e-5),
                new BlipDecoder.Config(30_524, 512, 768, 3072, 12, 12, 1e-12, true));
        int never = -1; // no token ends a text
        NDManager manager = NDManager.newBaseManager(setup.device(), "PyTorch");
        Blip network = new Blip(base);
        Weights.initialise(network, manager, SEED);
        WordPiece tokenizer = WordPiece.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
        Normalization plain = new Normalization(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
        BlipCaptioner captioner =
                new BlipCaptioner(network, new BlipFiles.LoadedConfig(base, 30_522, never, plain), tokenizer, manager);
        NDArray images = normal(manager, 4, 3, captioner.side(), captioner.side());
        CaptionRequest request = new CaptionRequest("", 20, new DecodingStrategy.Greedy());
        return job(manager, () -> {
            NDArray tokens = captioner.encodeImage(images); // (B, S, D)
            captioner.generate(tokens, request);
            return tokens;
        });
    }

    /** A job that computes a tensor, without gradients. */
    private static Job job(NDManager manager, Supplier<NDArray> computation) {
        return new Job() {
            @Override
            public void run() {
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    NDArray result = Torch.withoutGradients(computation);
                    Torch.cast(result.sum(), Torch.FLOAT32).toFloatArray(); // waits for the device
                }
            }

            @Override
            public void close() {
                manager.close();
            }
        };
    }

    private static NDArray normal(NDManager manager, long... shape) {
        NDArray tensor = Torch.tensor(manager, values(shape), shape);
        NDScope.unregister(tensor);
        return tensor;
    }

    private static float[] values(long... shape) {
        return Initializer.normal(1).values(new Shape(shape), new SplittableRandom(SEED));
    }

    // ------------------------------------------------------------------ memory, as Linux reports it

    private static void resetPeak() throws IOException {
        Path control = Path.of("/proc/self/clear_refs");
        if (Files.isWritable(control)) {
            Files.writeString(control, "5");
        }
    }

    private static long peak() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }
}
