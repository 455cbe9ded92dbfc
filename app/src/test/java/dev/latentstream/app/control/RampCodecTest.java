package dev.latentstream.app.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latentstream.schemas.MixtureDial;
import dev.latentstream.schemas.MixtureRamp;
import dev.latentstream.schemas.RampShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class RampCodecTest {
    private final RampCodec codec = new RampCodec();

    @Test
    void readsARampAndAJump() {
        assertThat(codec.convert("weight/web-*=linear:1000-5000:2"))
                .isEqualTo(new MixtureRamp(MixtureDial.SOURCE_WEIGHT, "web-*", RampShape.LINEAR, 1000L, 5000L, 2.0));
        assertThat(codec.convert("alt-text=hold:10:0.25"))
                .isEqualTo(new MixtureRamp(MixtureDial.ALT_TEXT_PROBABILITY, "", RampShape.HOLD, 10L, 10L, 0.25));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "weight/web-*=linear:1000-5000:2.0",
                "objective/photos=cosine:0-10:1.0E-9",
                "level/dense=hold:7:0.0",
                "default-weight=hold:7:3.0",
                "alt-text=cosine:1-2:0.5",
                "caption-drop=linear:1-2:0.5"
            })
    void writesWhatItReads(String text) {
        assertThat(RampCodec.text(codec.convert(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alt-text", "alt-text=hold:x:1", "alt-text=hold:1:y", "alt-text=hold:1:2:3", "hold:1:2"})
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> codec.convert(text)).isInstanceOf(TypeConversionException.class);
    }
}
