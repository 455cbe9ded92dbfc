package dev.latentstream.models.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.latentstream.models.Reference;
import dev.latentstream.models.image.ImageBatch;
import dev.latentstream.models.tokenizer.WordPiece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlipCaptionerTest {
    private static final String PROMPT = "the Red fishs";

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private Reference reference;
    private BlipCaptioner captioner;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() throws IOException {
        reference = new Reference(manager, "blip");
        captioner = BlipCaptioner.open(Reference.folder("blip"), Device.cpu());
    }

    @AfterEach
    void close() throws IOException {
        captioner.close();
        reference.close();
        manager.close();
    }

    @Test
    void greedyCaptionsEqualThoseOfTransformers() throws IOException {
        List<GeneratedCaption> captions = captions(new DecodingStrategy.Greedy());

        assertThat(captions).extracting(GeneratedCaption::text).containsExactlyElementsOf(writtenByTransformers());
        assertThat(captions).allMatch(GeneratedCaption::complete);
    }

    @Test
    void aBeamOfOneIsGreedy() throws IOException {
        assertThat(captions(new DecodingStrategy.Beam(1)))
                .extracting(GeneratedCaption::text)
                .containsExactlyElementsOf(captions(new DecodingStrategy.Greedy()).stream()
                        .map(GeneratedCaption::text)
                        .toList());
    }

    @Test
    void aSeedFixesTheDraws() throws IOException {
        List<String> texts = new ArrayList<>();
        for (long seed = 0; seed < 8; seed++) {
            DecodingStrategy nucleus = new DecodingStrategy.Nucleus(0.95, 2, seed);
            List<GeneratedCaption> first = captions(nucleus);
            assertThat(captions(nucleus)).isEqualTo(first);
            texts.add(first.get(0).text());
        }
        assertThat(texts.stream().distinct().count()).isGreaterThan(1);
    }

    @Test
    void confidenceIsTheGeometricMeanOfTheProbabilities() {
        GeneratedCaption caption = new GeneratedCaption("a fish", List.of(0.5, 0.125), true);

        assertThat(caption.confidence()).isCloseTo(0.25, within(1e-12));
    }

    @Test
    void aCaptionStopsAtTheMaximumLength() throws IOException {
        CaptionRequest request = new CaptionRequest(PROMPT, 1, new DecodingStrategy.Greedy());
        List<List<GeneratedCaption>> captions = captioner.caption(reference.images("images"), List.of(request));

        assertThat(captions).hasSize(3).allMatch(c -> c.get(0).probabilities().size() == 1);
    }

    @Test
    void imagesOfAnySizeAreResized() {
        float[] grey = new float[3 * 40 * 20];
        java.util.Arrays.fill(grey, 0.5f);
        float[] small = new float[3 * 16 * 16];
        java.util.Arrays.fill(small, 0.5f);
        CaptionRequest request = new CaptionRequest("", 8, new DecodingStrategy.Greedy());

        double resized = captioner
                .caption(new ImageBatch(1, 20, 40, grey), List.of(request))
                .get(0)
                .get(0)
                .confidence();
        double given = captioner
                .caption(new ImageBatch(1, 16, 16, small), List.of(request))
                .get(0)
                .get(0)
                .confidence();

        assertThat(resized).isCloseTo(given, within(1e-6));
    }

    @Test
    void captionsComeInTheOrderOfTheRequests() throws IOException {
        CaptionRequest one = new CaptionRequest(PROMPT, 8, new DecodingStrategy.Greedy());
        CaptionRequest two = new CaptionRequest("a blue car", 8, new DecodingStrategy.Greedy());
        List<List<GeneratedCaption>> both = captioner.caption(reference.images("images"), List.of(one, two));

        assertThat(both).allMatch(c -> c.size() == 2);
        assertThat(both.get(1).get(0))
                .isEqualTo(captions(new DecodingStrategy.Greedy()).get(1));
    }

    @Test
    void aPromptLongerThanTheNetworkReadsIsRefused() throws IOException {
        CaptionRequest request = new CaptionRequest("a ".repeat(30), 8, new DecodingStrategy.Greedy());
        ImageBatch images = reference.images("images");

        assertThatThrownBy(() -> captioner.caption(images, List.of(request)))
                .hasMessage("a prompt of 31 tokens leaves no room in the 20 text positions of the decoder");
    }

    @Test
    void aMissingTokenizerIsNamed() throws IOException {
        for (String file : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
            Files.copy(Reference.folder("blip").resolve(file), folder.resolve(file));
        }
        assertThatThrownBy(() -> BlipCaptioner.open(folder, Device.cpu()))
                .hasMessage(folder + ": neither tokenizer.json nor vocab.txt");
    }

    @Test
    void aVocabularyThatIsCutIsRefused() throws IOException {
        for (String file : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
            Files.copy(Reference.folder("blip").resolve(file), folder.resolve(file));
        }
        List<String> words = Files.readAllLines(Reference.folder("blip").resolve("vocab.txt"));
        Path cut = Files.write(folder.resolve("vocab.txt"), words.subList(0, 12));

        assertThatThrownBy(() -> BlipCaptioner.open(folder, Device.cpu()))
                .hasMessage(
                        cut + ": it has 12 tokens; vocab_size in config.json is 14, of which at most 1 are padding");
    }

    private List<GeneratedCaption> captions(DecodingStrategy decoding) throws IOException {
        CaptionRequest request = new CaptionRequest(PROMPT, 11, decoding);
        return captioner.caption(reference.images("images"), List.of(request)).stream()
                .map(c -> c.get(0))
                .toList();
    }

    private List<String> writtenByTransformers() throws IOException {
        long[] all = reference.tensor("written").toLongArray();
        int prompt = (int) reference.tensor("prompt").getShape().get(1);
        int length = all.length / 3;
        List<String> vocabulary = Files.readAllLines(Reference.folder("blip").resolve("vocab.txt"));
        List<String> texts = new ArrayList<>();
        try (WordPiece words = WordPiece.of(vocabulary)) {
            for (int row = 0; row < 3; row++) {
                texts.add(words.text(java.util.Arrays.copyOfRange(all, row * length + prompt, (row + 1) * length)));
            }
        }
        return texts;
    }
}
