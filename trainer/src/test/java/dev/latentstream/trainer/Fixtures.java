package dev.latentstream.trainer;

import dev.latentstream.models.backbone.SizeConditioning;
import dev.latentstream.models.backbone.UNet2DConditionModel.TimeScaleShift;
import dev.latentstream.models.diffusion.DiffusionSampler.Solver;
import dev.latentstream.models.text.TextEncoder;
import dev.latentstream.models.text.TextStates;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Crop;
import dev.latentstream.schemas.Encoding;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.LedgerRun;
import dev.latentstream.schemas.MixturePolicy;
import dev.latentstream.schemas.PictureSize;
import dev.latentstream.schemas.TensorBytes;
import dev.latentstream.schemas.TensorType;
import dev.latentstream.trainer.feed.LatentFormat;
import dev.latentstream.trainer.feed.LatentSample;
import dev.latentstream.trainer.feed.RecordPosition;
import dev.latentstream.trainer.feed.settings.BufferSettings;
import dev.latentstream.trainer.feed.settings.FeedRules;
import dev.latentstream.trainer.feed.settings.FeedSettings;
import dev.latentstream.trainer.feed.settings.FeedSettings.StartAt;
import dev.latentstream.trainer.feed.settings.FeedSettings.WhenDry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Latents, captions and settings for tests. */
public final class Fixtures {
    public static final String PREFIX = "latents-";
    public static final LatentFormat FORMAT = new LatentFormat("encoder", List.of(2, 4, 4), TensorType.FLOAT32);

    /** The sizes of {@link #latent(float)}. */
    public static final SizeConditioning SIZE = new SizeConditioning(48, 64, 0, 0, 32, 32);

    /** Folder of tiny networks with random weights. */
    private static final Path MODELS =
            Path.of("..", "models", "src", "test", "resources", "dev", "latentstream", "models");

    private Fixtures() {}

    /** Makes a CLIP text encoder of width 16 and 12 tokens, in diffusers' layout with its tokenizer in a folder beside it. */
    static Path clipTower(Path folder) throws IOException {
        Path tower = folder.resolve("text_encoder");
        copy("clip-text", tower, "config.json", "model.safetensors");
        copy("tokenizer-clip", folder.resolve("tokenizer"), "vocab.json", "merges.txt", "tokenizer_config.json");
        return tower;
    }

    private static void copy(String name, Path target, String... files) throws IOException {
        Files.createDirectories(target);
        for (String file : files) {
            Files.copy(MODELS.resolve(name).resolve(file), target.resolve(file));
        }
    }

    public static FeedSettings feed(WhenDry whenDry, int shuffle, int minimum) {
        return feed(whenDry, StartAt.EARLIEST, shuffle, minimum);
    }

    public static FeedSettings feed(WhenDry whenDry, StartAt startAt, int shuffle, int minimum) {
        return new FeedSettings(
                whenDry,
                startAt,
                new BufferSettings(shuffle, minimum, 1000, 1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                3,
                Duration.ofSeconds(1));
    }

    /** A small run of few steps: reports every 2, checkpoints every 4 and keeps 2 of them. */
    static TrainerSettings settings(String run, Path folder, long steps, BackboneSettings backbone) {
        return new TrainerSettings().with(s -> {
            s.run = run;
            s.folder = folder;
            s.seed = 5;
            s.steps = steps;
            s.batchSize = 4;
            s.metricsEvery = 2;
            s.checkpointEvery = 4;
            s.keepCheckpoints = 2;
            s.backbone = backbone;
            s.network = new NetworkSettings(List.of(8, 16), List.of(0, 1), 1, 1, 8, 4, false, TimeScaleShift.ADD);
            s.optimiser = new OptimiserSettings(
                    1e-3, 100, 0, 0.01, 1, 0.999); // no cool-down: a killed run is represented by one that ends early
            s.feed = feed(WhenDry.WAIT, 8, 3);
            s.samples = new SampleSettings(List.of("a red house", "a boat"), 2, 100, List.of(), Solver.DDIM, 2, 2);
        });
    }

    public static Caption alt(String text) {
        return Caption.newBuilder().setText(text).setKind(CaptionKind.ALT).build();
    }

    public static Caption synthetic(String text, String level, String... nouns) {
        return Caption.newBuilder()
                .setText(text)
                .setKind(CaptionKind.SYNTHETIC)
                .setCaptioner("test")
                .setLevel(level)
                .setNouns(List.of(nouns))
                .build();
    }

    public static Latent latent(float value) {
        float[] values = new float[FORMAT.size()];
        java.util.Arrays.fill(values, value);
        return latent(values, FORMAT.encoderId(), FORMAT.shape(), FORMAT.type());
    }

    public static Latent latent(float[] values, String encoder, List<Integer> shape, TensorType type) {
        Encoding encoding = Encoding.newBuilder()
                .setMean(TensorBytes.encode(values, type))
                .setType(type)
                .setShape(shape)
                .setCrop(new Crop(0, 0, 32, 32))
                .setOriginal(new PictureSize(64, 48))
                .setBucket("32x32")
                .setEncoderId(encoder)
                .setSource("test")
                .build();
        Captions captions = Captions.newBuilder()
                .setCaptions(List.of(alt("img 1"), synthetic("a red house", "short", "house")))
                .setSource("test")
                .build();
        return Latent.newBuilder().setEncoding(encoding).setCaptions(captions).build();
    }

    public static ConsumerRecord<byte[], ByteBuffer> record(
            TopicPartition at, long offset, String imageId, @Nullable Latent latent) {
        return new ConsumerRecord<>(
                at.topic(),
                at.partition(),
                offset,
                imageId.getBytes(StandardCharsets.UTF_8),
                latent == null ? null : within(bytes(latent)));
    }

    /** Returns bytes as a part of more, as those of a fetch are. */
    private static ByteBuffer within(byte[] bytes) {
        ByteBuffer fetched = ByteBuffer.allocate(bytes.length + 9);
        return fetched.put(5, bytes).position(5).limit(5 + bytes.length);
    }

    public static byte[] bytes(Latent latent) {
        try {
            ByteBuffer buffer = latent.toByteBuffer();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the inverse of {@link #bytes}. */
    public static Deserializer<Latent> deserializer() {
        return (topic, bytes) -> {
            try {
                return Latent.fromByteBuffer(ByteBuffer.wrap(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    public static LatentSample sample(TopicPartition at, long offset) {
        return new LatentSample(
                new RecordPosition(at.topic(), at.partition(), offset),
                "%s-%d-%d".formatted(at.topic(), at.partition(), offset),
                latent((float) offset));
    }

    /** Returns the facts of a run. */
    public static LedgerRun facts(long seed, FeedRules rules) {
        return new LedgerRun(
                seed, FORMAT.encoderId(), FORMAT.shape(), FORMAT.type(), "fake", new TreeMap<>(rules.recorded()));
    }

    public static MixturePolicy policy() {
        return MixturePolicy.newBuilder().build();
    }

    /** Three tokens of width 6, made of the caption's characters. */
    public static final class FakeEncoder implements TextEncoder {
        @Override
        public String id() {
            return "fake";
        }

        @Override
        public int tokens() {
            return 3;
        }

        @Override
        public int width() {
            return 6;
        }

        @Override
        public int pooledWidth() {
            return 5;
        }

        @Override
        public TextStates encode(List<String> captions) {
            float[] states = new float[captions.size() * 18];
            int[] lengths = new int[captions.size()];
            float[] pooled = new float[captions.size() * 5];
            for (int i = 0; i < lengths.length; i++) {
                lengths[i] = captions.get(i).isEmpty() ? 1 : 3;
                for (int j = 0; j < lengths[i] * 6; j++) {
                    states[i * 18 + j] = (float) Math.sin(captions.get(i).hashCode() + j);
                }
            }
            return new TextStates(3, 6, states, lengths, pooled);
        }

        @Override
        public void close() {}
    }
}
