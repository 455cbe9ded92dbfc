package dev.latentstream.ingest.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageExtensionsTest {
    @Test
    void aPlainExtensionPrecedesACompoundOne() {
        assertThat(ImageExtensions.USUAL.rank("jpg")).hasValue(0);
        assertThat(ImageExtensions.USUAL.rank("depth.png")).hasValue(1);
        assertThat(ImageExtensions.USUAL.rank("txt")).isEmpty();
    }

    @Test
    void givenExtensionsAreExactAndOrdered() {
        ImageExtensions given = ImageExtensions.of(List.of("seg.png", " JPG"));

        assertThat(given.rank("seg.png")).hasValue(0);
        assertThat(given.rank("jpg")).hasValue(1);
        assertThat(given.rank("depth.png")).isEmpty();
        assertThat(given.isImage("a.b.JPG")).isTrue();
        assertThat(given.isImage("a.seg.png")).isTrue();
        assertThat(given.isImage("a.png")).isFalse();
    }

    @Test
    void anExtensionWithADotBeforeItIsRefusedByName() {
        assertThatThrownBy(() -> ImageExtensions.of(List.of("jpg", ".png")))
                .hasMessage("image extension \".png\" is not one such as jpg or seg.png");
    }
}
