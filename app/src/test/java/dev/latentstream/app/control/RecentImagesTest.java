package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.ImageFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecentImagesTest {
    private static final FilterPolicy WIDE = filter(1, 1000.0, Map.of(), Map.of());

    private final RecentImages images = new RecentImages(List.of(
            image("east", 640, 480, 10),
            image("east", 100, 80, 30),
            image("west", 900, 200, 30),
            image("west", 64, 64, 5)));

    static Image image(String source, int width, int height, float sharpness) {
        return image(source, width, height, Map.of("sharpness", sharpness));
    }

    static Image image(String source, int width, int height, Map<String, Float> scores) {
        return Image.newBuilder()
                .setImage(ByteBuffer.wrap(new byte[] {1}))
                .setFormat(ImageFormat.PNG)
                .setWidth(width / 2)
                .setHeight(height / 2)
                .setOriginalWidth(width)
                .setOriginalHeight(height)
                .setSource(source)
                .setUri("test:image")
                .setFingerprint(0)
                .setScores(scores)
                .build();
    }

    @Test
    void saysNothingAboutAFilterThatAdmitsThemAll() {
        assertThat(images.refused(source -> WIDE)).isEmpty();
        assertThat(new RecentImages(List.of()).refused(source -> WIDE)).isEmpty();
    }

    @Test
    void countsTheImagesThatAFilterWouldRefuseByReason() {
        FilterPolicy strict = filter(80, 4.0, Map.of("sharpness", 20.0), Map.of());

        assertThat(images.refused(source -> strict))
                .contains("of the 4 newest images this filter would refuse 3 (75 %):"
                        + " aspect-ratio 1, too-blurred 1, too-small 1");
    }

    @Test
    void countsTheImagesThatABoundOfAModelsScoreWouldRefuse() {
        RecentImages scored =
                new RecentImages(List.of(image("east", 64, 64, Map.of("nsfw", 0.9f)), image("east", 64, 64, 10)));

        assertThat(scored.refused(source -> filter(1, 1000.0, Map.of(), Map.of("nsfw", 0.3))))
                .contains("of the 2 newest images this filter would refuse 1 (50 %): score 1");
        assertThat(scored.scores()).containsExactly("nsfw", "sharpness");
    }

    @Test
    void judgesEachImageByThePolicyOfItsSource() {
        FilterPolicy none = filter(Integer.MAX_VALUE, 1000.0, Map.of(), Map.of());

        assertThat(images.refused(source -> source.equals("west") ? none : WIDE))
                .contains("of the 4 newest images this filter would refuse 2 (50 %): too-small 2");
        assertThat(images.sources()).containsExactly("east", "west");
    }

    private static FilterPolicy filter(
            int minSide, double maxAspectRatio, Map<String, Double> minScores, Map<String, Double> maxScores) {
        return FilterPolicy.newBuilder()
                .setMinSide(minSide)
                .setMaxAspectRatio(maxAspectRatio)
                .setMinScores(minScores)
                .setMaxScores(maxScores)
                .build();
    }
}
