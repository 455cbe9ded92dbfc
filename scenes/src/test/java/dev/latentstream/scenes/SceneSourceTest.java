package dev.latentstream.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.NoSuchElementException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SceneSourceTest {
    @Test
    void anImageShowsTheSceneOfItsUri() throws IOException {
        SceneSource source = new SceneSource(new SceneSource.Range(7, 40, 41), SceneLimits.all(), 80, 48);
        Scene scene = Scenes.scene(7, 40);

        SceneSource.Picture picture = source.next();

        assertThat(picture.uri()).isEqualTo("scenes:7/80x48/40");
        assertThat(picture.attributes()).containsOnly(Map.entry(SceneSource.CONTENTS, SceneContents.toJson(scene)));
        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(picture.png()));
        BufferedImage drawn = SceneRenderer.render(scene, 80, 48);
        assertThat(decoded.getRGB(0, 0, 80, 48, null, 0, 80)).isEqualTo(drawn.getRGB(0, 0, 80, 48, null, 0, 80));
    }

    @Test
    void aBoundedSourceEnds() {
        SceneSource source = new SceneSource(new SceneSource.Range(7, 3, 5), SceneLimits.all(), 16, 16);

        assertThat(source.next().uri()).isEqualTo("scenes:7/16x16/3");
        assertThat(source.next().uri()).isEqualTo("scenes:7/16x16/4");
        assertThat(source.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(source::next)
                .withMessage("no scene from index 5 on");
    }

    @Test
    void anEndlessSourceStartsAtTheFirstScene() {
        SceneSource source = new SceneSource(SceneSource.Range.endless(-4), SceneLimits.all(), 16, 16);

        assertThat(source.hasNext()).isTrue();
        assertThat(source.next().uri()).isEqualTo("scenes:-4/16x16/0");
    }

    @Test
    void aRangeRunsForwards() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SceneSource.Range(1, 5, 4))
                .withMessage("scenes 5 to 4 are not a range from 0 on");
    }
}
