package dev.latentstream.models.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latentstream.models.Reference;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.image.LatentBatch;
import dev.latentstream.models.image.Pixels;
import dev.latentstream.models.image.Psnr;
import dev.latentstream.models.weights.Safetensors;
import dev.latentstream.models.weights.SafetensorsWriter;
import dev.latentstream.models.weights.SafetensorsWriter.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoencodersTest {
    private static final Path ASSETS = Path.of("../../shared/assets"); // tests run in the module's folder
    private static final int SIDE = 128;

    @TempDir
    private Path folder;

    /** Against {@code tools/reference/taesdxl.py}. */
    @Test
    void aRealAutoencoderReconstructsPhotographsAsWellAsTheOriginal() throws IOException {
        Path weights = ASSETS.resolve("taesdxl");
        Assumptions.assumeTrue(Files.isDirectory(weights), () -> "skipped: no " + weights);
        JsonNode originals =
                new ObjectMapper().readTree(Reference.folder("taesdxl.json").toFile());
        assertThat(originals).hasSize(31);

        try (Autoencoder autoencoder = Autoencoders.load(weights, Device.cpu())) {
            for (Map.Entry<String, JsonNode> original : originals.properties()) {
                Path photo = ASSETS.resolve("photos").resolve(original.getKey());
                float[] image = middle(Pixels.decode(ByteBuffer.wrap(Files.readAllBytes(photo))));

                LatentBatch latents = autoencoder.encode(new ImageBatch(1, SIDE, SIDE, image));
                double psnr = Psnr.of(image, autoencoder.decode(latents).rgb());

                assertThat(sum(image))
                        .as(original.getKey())
                        .isEqualTo(original.getValue().get("sum").asLong());
                assertThat(psnr)
                        .as(original.getKey())
                        .isCloseTo(original.getValue().get("psnr").asDouble(), within(0.05));
            }
            assertThat(autoencoder.downsampling()).isEqualTo(8);
            assertThat(autoencoder.channels()).isEqualTo(4);
        }
    }

    @Test
    void theConfigurationThatCurrentDiffusersWritesIsTheSameAutoencoder() throws IOException {
        Path tiny = Reference.folder("autoencoder-tiny");
        String weights = "diffusion_pytorch_model.safetensors";
        Files.copy(tiny.resolve(weights), folder.resolve(weights));
        Files.copy(Reference.folder("autoencoder-tiny-current.json"), folder.resolve("config.json"));

        try (Autoencoder earlier = Autoencoders.load(tiny, Device.cpu());
                Autoencoder current = Autoencoders.load(folder, Device.cpu())) {
            assertThat(current.id()).isEqualTo(earlier.id());
        }
    }

    @Test
    void theSameWeightsInBothLayoutsAreTheSameAutoencoder() throws IOException {
        Path original = Files.createDirectory(folder.resolve("original"));
        rewriteAsOriginal(original);

        try (Autoencoder first = Autoencoders.load(Reference.folder("autoencoder-tiny"), Device.cpu());
                Autoencoder second = Autoencoders.load(original, Device.cpu())) {
            assertThat(second.id()).isEqualTo(first.id()).matches("[0-9a-f]{64}");
            assertThat(second.downsampling()).isEqualTo(4);
        }
    }

    @Test
    void latentsAreScaledByTheConfiguration() throws IOException {
        Path scaled = copyWith(
                "\"scaling_factor\": 1.0",
                "\"scaling_factor\": 0.5, \"latents_mean\": [1, 2, 3, 4], \"latents_std\": [1, 2, 4, 8]");
        ImageBatch image = new ImageBatch(1, 4, 4, new float[48]);

        try (Autoencoder plain = Autoencoders.load(Reference.folder("autoencoder-tiny"), Device.cpu());
                Autoencoder other = Autoencoders.load(scaled, Device.cpu())) {
            float[] raw = plain.encode(image).values();
            LatentBatch latents = other.encode(image);

            for (int channel = 0; channel < 4; channel++) {
                float expected = (raw[channel] - (channel + 1)) / (1 << channel) * 0.5f;
                assertThat(latents.values()[channel]).isBetween(expected - 1e-5f, expected + 1e-5f);
            }
            assertThat(other.decode(latents).rgb())
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(plain.decode(plain.encode(image)).rgb());
            assertThat(other.id()).isNotEqualTo(plain.id());
        }
    }

    @Test
    void anImageMustSplitIntoWholeBlocks() throws IOException {
        try (Autoencoder autoencoder = Autoencoders.load(Reference.folder("autoencoder-tiny"), Device.cpu())) {
            ImageBatch image = new ImageBatch(1, 4, 6, new float[72]);

            assertThatThrownBy(() -> autoencoder.encode(image))
                    .hasMessage("an image of 6 x 4 does not split into blocks of 4 pixels");
        }
    }

    @Test
    void ofAPipelineTheAutoencodersFolderIsRead() throws IOException {
        Path vae = copyWith("AutoencoderTiny", "AutoencoderTiny");
        Path pipeline = Files.createDirectory(folder.resolve("pipeline"));
        try (Autoencoder alone = Autoencoders.load(vae, Device.cpu())) {
            Files.move(vae, pipeline.resolve("vae"));
            try (Autoencoder within = Autoencoders.load(pipeline, Device.cpu())) {
                assertThat(within.id()).isEqualTo(alone.id());
            }
        }
    }

    @Test
    void aFaultNamesTheFileAndTheTensor() throws IOException {
        Path faulty = copyWith("\"latent_channels\": 4", "\"latent_channels\": 8");

        assertThatThrownBy(() -> Autoencoders.load(faulty, Device.cpu()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(faulty.resolve("diffusion_pytorch_model.safetensors") + ": encoder.layers.")
                .hasMessageContaining("has the shape (4, 8, 3, 3)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"out_channels\": 3 | \"out_channels\": 1 | out_channels is 1; known is the number of in_channels, 3",
                "\"latent_channels\": 4 | \"latent_channels\": null | latent_channels is null; a value is needed",
                "\"force_upcast\": false | \"tile_size\": 7 | tile_size is 7; diffusers' AutoencoderTiny has no such setting",
                "\"act_fn\": \"relu\" | \"upsample_fn\": \"bilinear\" | upsample_fn is \"bilinear\"; supported is \"nearest\""
            })
    void whatATinyAutoencoderDoesNotComputeIsRefusedByName(String was, String is, String fault) throws IOException {
        Path faulty = copyWith(was, is);

        assertThatThrownBy(() -> Autoencoders.load(faulty, Device.cpu()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("config.json: " + fault);
    }

    @Test
    void anUnknownKindOfAutoencoderIsRefused() throws IOException {
        Path faulty = copyWith("\"AutoencoderTiny\"", "\"AsymmetricAutoencoderKL\"");

        assertThatThrownBy(() -> Autoencoders.load(faulty, Device.cpu()))
                .hasMessageContaining(
                        "config.json: _class_name is \"AsymmetricAutoencoderKL\"; known are AutoencoderKL and AutoencoderTiny");
    }

    @Test
    void aFolderWithoutAnAutoencoderIsRefused() {
        assertThatThrownBy(() -> Autoencoders.load(folder, Device.cpu()))
                .hasMessageStartingWith(folder + ": 0 files *_encoder.safetensors and no config.json");
    }

    /** The middle square, nothing resized. */
    private static float[] middle(Pixels photo) {
        int row = (photo.height() - SIDE) / 2;
        int column = (photo.width() - SIDE) / 2;
        float[] square = new float[3 * SIDE * SIDE];
        for (int i = 0; i < square.length; i++) {
            int plane = i / (SIDE * SIDE);
            int from = (plane * photo.height() + row + i / SIDE % SIDE) * photo.width() + column + i % SIDE;
            square[i] = photo.values()[from];
        }
        return square;
    }

    /** Hash of the pixels' bytes: equal as long as the JPEG decoders agree. */
    private static long sum(float[] image) {
        long sum = 0;
        for (float value : image) {
            sum += Math.round(value * 255);
        }
        return sum;
    }

    private Path copyWith(String words, String others) throws IOException {
        Path source = Reference.folder("autoencoder-tiny");
        Path target = Files.createDirectory(folder.resolve("copy"));
        String config = Files.readString(source.resolve("config.json"));
        assertThat(config).contains(words);
        Files.writeString(target.resolve("config.json"), config.replace(words, others));
        String weights = "diffusion_pytorch_model.safetensors";
        Files.copy(source.resolve(weights), target.resolve(weights));
        return target;
    }

    private static void rewriteAsOriginal(Path target) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                Safetensors file = Safetensors.open(
                        Reference.folder("autoencoder-tiny").resolve("diffusion_pytorch_model.safetensors"))) {
            Map<String, NDArray> encoder = new LinkedHashMap<>();
            Map<String, NDArray> decoder = new LinkedHashMap<>();
            for (String name : file.names()) {
                String[] words = name.split("\\.", 4); // encoder.layers.0.weight
                int index = Integer.parseInt(words[2]);
                if (words[0].equals("encoder")) {
                    encoder.put(index + "." + words[3], file.tensor(manager, name));
                } else {
                    decoder.put((index + 1) + "." + words[3], file.tensor(manager, name));
                }
            }
            SafetensorsWriter.write(target.resolve("x_encoder.safetensors"), encoder, Map.of(), Precision.F32);
            SafetensorsWriter.write(target.resolve("x_decoder.safetensors"), decoder, Map.of(), Precision.F32);
        }
    }
}
