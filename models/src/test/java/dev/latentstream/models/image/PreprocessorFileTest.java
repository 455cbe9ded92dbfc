package dev.latentstream.models.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.latentstream.models.image.PreprocessorFile.Fit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreprocessorFileTest {
    private static final String MEAN = "\"image_mean\": [0.1, 0.2, 0.3], \"image_std\": [0.5, 0.25, 0.2]";
    private static final Normalization PLAIN = new Normalization(List.of(0.1, 0.2, 0.3), List.of(0.5, 0.25, 0.2));

    @TempDir
    private Path folder;

    /** As {@code BlipProcessor.save_pretrained} of transformers 5 writes it. */
    @Test
    void theImageProcessorWithinThatOfAProcessorIsRead() throws IOException {
        Files.writeString(folder.resolve("processor_config.json"), """
                {
                  "image_processor": {
                    "do_convert_rgb": true,
                    "do_normalize": true,
                    "do_rescale": true,
                    "do_resize": true,
                    "image_mean": [0.1, 0.2, 0.3],
                    "image_processor_type": "BlipImageProcessor",
                    "image_std": [0.5, 0.25, 0.2],
                    "resample": 3,
                    "rescale_factor": 0.00392156862745098,
                    "size": {"height": 16, "width": 16}
                  },
                  "num_query_tokens": 5,
                  "processor_class": "Blip2Processor"
                }
                """);

        assertThat(PreprocessorFile.read(folder, Fit.WHOLE, 16)).isEqualTo(PLAIN);
    }

    @Test
    void aProcessorWithoutAnImageProcessorLeavesItToTheOtherFile() throws IOException {
        Files.writeString(folder.resolve("processor_config.json"), "{\"processor_class\": \"BlipProcessor\"}");
        write(MEAN);

        assertThat(PreprocessorFile.read(folder, Fit.WHOLE, 16)).isEqualTo(PLAIN);
    }

    @Test
    void aFolderWithNeitherIsRefused() {
        assertThatThrownBy(() -> PreprocessorFile.read(folder, Fit.WHOLE, 16))
                .hasMessage(folder.resolve("preprocessor_config.json") + ": no such file");
    }

    /** Of the byte 51, which is 0.2 of 255, with a mean of 0.1 and a deviation of 0.5. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"do_normalize\": true | (0.2 - 0.1) / 0.5 | 0.2",
                "\"do_normalize\": false | 51 / 255 | 0.2",
                "\"do_rescale\": false | (51 - 0.1) / 0.5 | 101.8",
                "\"do_rescale\": false, \"do_normalize\": false | 51 | 51",
                "\"rescale_factor\": 0.00784313725490196 | (51 * 2 / 255 - 0.1) / 0.5 | 0.6",
                "\"rescale_factor\": 0.00784313725490196, \"do_normalize\": false | 51 * 2 / 255 | 0.4",
                "\"rescale_factor\": 7, \"do_rescale\": false | (51 - 0.1) / 0.5 | 101.8"
            })
    void pixelsAreScaledAndNormalisedAsTransformersDoesIt(String keys, String formula, double expected)
            throws IOException {
        write("\"image_mean\": 0.1, \"image_std\": [0.5, 0.5, 0.5], " + keys);

        Normalization read = PreprocessorFile.read(folder, Fit.WHOLE, 16);

        assertThat((51 / 255.0 - read.mean().get(1)) / read.std().get(1))
                .as(formula)
                .isCloseTo(expected, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"size\": 16",
                "\"size\": [16, 16]",
                "\"size\": {\"height\": 16, \"width\": 16}",
                "\"size\": {\"height\": 16, \"width\": 16, \"longest_edge\": null}",
                "\"size\": null",
                "\"crop_size\": null, \"do_center_crop\": null, \"do_pad\": null, \"pad_size\": null, \"device\": null",
                "\"image_processor_type\": \"BlipImageProcessorFast\", \"default_to_square\": true, \"disable_grouping\": null",
                "\"_valid_processor_keys\": [\"images\"], \"return_tensors\": null, \"data_format\": \"channels_first\""
            })
    void keysWithoutEffectOnBlipAreAccepted(String keys) throws IOException {
        write(MEAN + ", " + keys);

        assertThat(PreprocessorFile.read(folder, Fit.WHOLE, 16)).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"size\": 16, \"crop_size\": 16, \"feature_extractor_type\": \"CLIPFeatureExtractor\", \"do_center_crop\": true",
                "\"size\": {\"shortest_edge\": 16}, \"crop_size\": {\"height\": 16, \"width\": 16}, \"resample\": 3"
            })
    void everyGenerationOfClipsFileIsRead(String keys) throws IOException {
        write(MEAN + ", " + keys);

        assertThat(PreprocessorFile.read(folder, Fit.CENTRE, 16)).isEqualTo(PLAIN);
    }

    @Test
    void withoutMeanAndDeviationThoseOfClipApply() throws IOException {
        write("\"size\": 16");

        assertThat(PreprocessorFile.read(folder, Fit.WHOLE, 16))
                .isEqualTo(new Normalization(
                        List.of(0.48145466, 0.4578275, 0.40821073), List.of(0.26862954, 0.26130258, 0.27577711)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "WHOLE | \"do_resize\": false | do_resize is false; supported is true",
                "WHOLE | \"do_normalize\": null | do_normalize is null; a value is needed",
                "WHOLE | \"do_rescale\": \"no\" | do_rescale is \"no\"; expected true or false",
                "WHOLE | \"rescale_factor\": 0 | rescale_factor is 0; it must be above 0",
                "WHOLE | \"rescale_factor\": Infinity | rescale_factor is \"Infinity\"; expected a number",
                "WHOLE | \"image_mean\": [0.5, NaN, 0.5] | expected a list of numbers",
                "WHOLE | \"rescale_factor\": -1 | rescale_factor is -1; it must be above 0",
                "WHOLE | \"resample\": 2 | resample is 2; supported is 3",
                "WHOLE | \"do_center_crop\": true | do_center_crop is true; supported is false or null",
                "WHOLE | \"do_pad\": true | do_pad is true; supported is false or null",
                "WHOLE | \"size\": 15 | size is 15; supported is the network's own, {\"height\":16,\"width\":16}",
                "WHOLE | \"size\": [16, 15] | size is [16,15]; supported is the network's own",
                "WHOLE | \"size\": {\"shortest_edge\": 16} | size is {\"shortest_edge\":16}; supported is the network's own",
                "WHOLE | \"size\": {\"height\": 16} | size is {\"height\":16}; supported is the network's own",
                "WHOLE | \"image_processor_type\": \"ViTImageProcessor\" | image_processor_type is \"ViTImageProcessor\"; supported is",
                "WHOLE | \"do_flip\": true | do_flip is true; transformers' BlipImageProcessor has no such setting",
                "WHOLE | \"image_std\": [0.5, 0, 0.5] | deviations [0.5, 0.0, 0.5] are not all above 0",
                "WHOLE | \"image_mean\": [0.5] | means [0.5] and deviations",
                "CENTRE | \"do_center_crop\": false | do_center_crop is false; supported is true",
                "CENTRE | \"size\": {\"shortest_edge\": 18} | supported is the network's own, {\"shortest_edge\":16}",
                "CENTRE | \"size\": {\"height\": 16, \"width\": 16} | supported is the network's own, {\"shortest_edge\":16}",
                "CENTRE | \"crop_size\": 14 | crop_size is 14; supported is the network's own",
                "CENTRE | \"image_processor_type\": \"BlipImageProcessor\" | supported is \"CLIPImageProcessor\""
            })
    void whatIsNotComputedIsRefusedByName(Fit fit, String keys, String fault) throws IOException {
        write(keys);

        assertThatThrownBy(() -> PreprocessorFile.read(folder, fit, 16))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(folder.resolve("preprocessor_config.json") + ": ")
                .hasMessageContaining(fault);
    }

    private void write(String keys) throws IOException {
        Files.writeString(folder.resolve("preprocessor_config.json"), "{%s}".formatted(keys));
    }
}
