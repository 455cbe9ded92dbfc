package dev.latentstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ImageIdTest {
    @Test
    void isTheHashOfTheRemainingBytesAndKeepsThePosition() {
        ByteBuffer image =
                ByteBuffer.wrap("xabc".getBytes(StandardCharsets.US_ASCII)).position(1);

        // printf abc | sha256sum
        assertThat(ImageId.of(image)).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(image.remaining()).isEqualTo(3);
    }
}
