package dev.latentstream.ingest.texts;

import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.AltTextPolicy;
import dev.latentstream.schemas.KebabCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks texts against the rules of a policy: the cheap ones first, the language last. Thread-safe. */
public final class AltTextRules {
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final Languages languages = new Languages();

    /**
     * The outcome for the texts of one image.
     *
     * @param kept the texts that break no rule, in order
     * @param faults the fault of each other one, in order
     */
    public record Checked(List<AltText> kept, List<Fault> faults) {
        public Checked {
            kept = List.copyOf(kept);
            faults = List.copyOf(faults);
        }
    }

    /** A text with what is wrong with it. */
    public record Fault(AltText text, TextFault fault) {}

    public Checked check(AltTextPolicy policy, List<AltText> texts) {
        List<AltText> kept = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        for (AltText text : texts) {
            Optional<TextFault> fault = fault(policy, text.getText());
            fault.ifPresentOrElse(found -> faults.add(new Fault(text, found)), () -> kept.add(text));
        }
        return new Checked(kept, faults);
    }

    private Optional<TextFault> fault(AltTextPolicy policy, String text) {
        int characters = text.codePointCount(0, text.length());
        return outside("characters", characters, policy.getMinCharacters(), policy.getMaxCharacters())
                .or(() -> outside("words", words(text), policy.getMinWords(), policy.getMaxWords()))
                .or(() -> Boilerplates.of(text)
                        .filter(kind -> policy.getBoilerplate().contains(kind))
                        .map(kind -> new TextFault(KebabCase.of(kind), KebabCase.of(kind), "no " + KebabCase.of(kind))))
                .or(() -> languages.fault(policy.getLanguages(), text));
    }

    private static Optional<TextFault> outside(String unit, int value, int least, int most) {
        if (value < least) {
            return Optional.of(new TextFault("too-short", value + " " + unit, least + " " + unit));
        }
        return most > 0 && value > most
                ? Optional.of(new TextFault("too-long", value + " " + unit, most + " " + unit))
                : Optional.empty();
    }

    /** Counts what has letters or digits between blanks; scripts that are written without blanks count each character. */
    static int words(String text) {
        int words = 0;
        for (String part : BLANKS.split(text, -1)) {
            int unspaced =
                    (int) part.codePoints().filter(AltTextRules::isUnspaced).count();
            words += unspaced > 0 ? unspaced : part.codePoints().anyMatch(Character::isLetterOrDigit) ? 1 : 0;
        }
        return words;
    }

    private static boolean isUnspaced(int codePoint) {
        return switch (Character.UnicodeScript.of(codePoint)) {
            case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> Character.isLetter(codePoint);
            default -> false;
        };
    }
}
