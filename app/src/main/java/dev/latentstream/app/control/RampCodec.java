package dev.latentstream.app.control;

import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.MixtureDial;
import dev.latentstream.schemas.MixtureRamp;
import dev.latentstream.schemas.RampShape;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The text of a ramp: {@code DIAL=SHAPE:STEP:VALUE}, for example {@code alt-text=cosine:1000-5000:0.1} or {@code weight/web-*=hold:2000:0}.
 * Dials have the names of the options that set them.
 */
final class RampCodec implements ITypeConverter<MixtureRamp> {
    private static final Set<MixtureDial> KNOWN = EnumSet.complementOf(EnumSet.of(MixtureDial.UNKNOWN));

    /** The form, for the help of options. */
    static final String FORM = "DIAL=SHAPE:STEPS:VALUE";

    /** @throws TypeConversionException if the text is not a ramp; its bounds are those of the policy's rules */
    @Override
    public MixtureRamp convert(String text) {
        String[] sides = text.split("=", 2);
        String[] parts = sides.length == 2 ? sides[1].split(":", -1) : new String[0];
        if (parts.length != 3) {
            throw new TypeConversionException("\"%s\" is not %s".formatted(text, FORM));
        }
        String[] dial = sides[0].split("/", 2);
        int dash = parts[1].indexOf('-', 1); // a first one is a sign
        return new MixtureRamp(
                dial(dial[0]),
                dial.length == 2 ? dial[1] : "",
                shape(parts[0]),
                step(dash < 0 ? parts[1] : parts[1].substring(0, dash), parts[1]),
                step(parts[1].substring(dash + 1), parts[1]),
                value(parts[2]));
    }

    /** Returns the text of a ramp. */
    static String text(MixtureRamp ramp) {
        String steps = ramp.getShape() == RampShape.HOLD
                ? Long.toString(ramp.getFromStep())
                : ramp.getFromStep() + "-" + ramp.getToStep();
        return "%s=%s:%s:%s".formatted(dial(ramp), KebabCase.of(ramp.getShape()), steps, ramp.getValue());
    }

    private static String dial(MixtureRamp ramp) {
        String dial = option(ramp.getDial());
        return ramp.getName().isEmpty() ? dial : dial + "/" + ramp.getName();
    }

    private static MixtureDial dial(String name) {
        return KNOWN.stream()
                .filter(dial -> option(dial).equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("\"%s\" is not one of %s"
                        .formatted(
                                name,
                                KNOWN.stream().map(RampCodec::option).sorted().collect(Collectors.joining(", ")))));
    }

    private static String option(MixtureDial dial) {
        return switch (dial) {
            case SOURCE_WEIGHT -> "weight";
            case DEFAULT_WEIGHT -> "default-weight";
            case OBJECTIVE_WEIGHT -> "objective";
            case ALT_TEXT_PROBABILITY -> "alt-text";
            case LEVEL_WEIGHT -> "level";
            case CAPTION_DROP -> "caption-drop";
            case UNKNOWN -> "unknown";
        };
    }

    private static RampShape shape(String name) {
        Optional<RampShape> shape = Arrays.stream(RampShape.values())
                .filter(known -> KebabCase.of(known).equals(name))
                .findFirst();
        return shape.orElseThrow(
                () -> new TypeConversionException("\"%s\" is not one of hold, linear, cosine".formatted(name)));
    }

    private static long step(String text, String steps) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException invalid) {
            throw new TypeConversionException("\"%s\" is neither a step nor FROM-TO".formatted(steps));
        }
    }

    private static double value(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException invalid) {
            throw new TypeConversionException("\"%s\" is not a number".formatted(text));
        }
    }
}
