package dev.latentstream.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SceneImageTest {
    @Test
    void anImageShowsTheSceneOfItsUri() throws IOException {
        Scene scene = Scenes.scene(7, 40);

        SceneImage image = SceneImage.of(7, SceneLimits.all(), 80, 48, 40);

        assertThat(image.uri()).isEqualTo("scenes:7/80x48/40");
        assertThat(image.attributes()).containsOnly(Map.entry(SceneImage.CONTENTS, SceneContents.toJson(scene)));
        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(image.png()));
        BufferedImage drawn = SceneRenderer.render(scene, 80, 48);
        assertThat(decoded.getRGB(0, 0, 80, 48, null, 0, 80)).isEqualTo(drawn.getRGB(0, 0, 80, 48, null, 0, 80));
    }
}
