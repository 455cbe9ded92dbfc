package dev.latentstream.captioning;

import dev.latentstream.captioning.CaptionCheck.Checked;
import dev.latentstream.captioning.CaptionCheck.Checked.Sound;
import dev.latentstream.captioning.CaptionCheck.Checked.Unsound;
import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.nouns.NounSet;
import dev.latentstream.captioning.nouns.Nouns;
import dev.latentstream.schemas.AltText;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Image;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Selects the sound captions of an image, orders them and finds their nouns. Not thread-safe. */
final class CaptionSelector {
    private final Nouns nouns;
    private final CaptionCheck check;
    private final RepeatedCaptionDetector repeated;

    CaptionSelector(Nouns nouns, CaptioningSettings settings) {
        this.nouns = nouns;
        this.check = new CaptionCheck(settings.maxCharacters());
        this.repeated = new RepeatedCaptionDetector(settings.maxSameText());
    }

    /**
     * The captions of an image.
     *
     * @param synthetic captions of the captioner, by decreasing confidence
     * @param altTexts the sound alt texts, if they are wanted
     * @param refused refused or missing captions of the captioner
     * @param refusedAltTexts the refusals of wanted alt texts
     */
    record Selection(
            List<Caption> synthetic, List<Caption> altTexts, List<Refused> refused, List<Refused> refusedAltTexts) {
        Selection {
            synthetic = List.copyOf(synthetic);
            altTexts = List.copyOf(altTexts);
            refused = List.copyOf(refused);
            refusedAltTexts = List.copyOf(refusedAltTexts);
        }

        /** Returns all captions, the alt texts last. */
        List<Caption> captions() {
            return Stream.concat(synthetic.stream(), altTexts.stream()).toList();
        }

        /** Returns all refusals, those of the alt texts last. */
        List<Refused> allRefused() {
            return Stream.concat(refused.stream(), refusedAltTexts.stream()).toList();
        }
    }

    Selection select(String imageId, Image image, boolean keepAltText, Captioned outcome) {
        List<Refused> refused = new ArrayList<>();
        List<Caption> synthetic = synthetic(imageId, outcome, refused);
        Set<String> sound = new LinkedHashSet<>(); // texts that differ only in blanks are one caption
        List<Refused> unsound = new ArrayList<>();
        for (String text : keepAltText ? altTexts(image) : List.<String>of()) {
            Checked checked = check.found(text);
            if (checked instanceof Sound good) {
                sound.add(good.text());
            } else if (checked instanceof Unsound bad) {
                unsound.add(bad.refused());
            }
        }
        List<Caption> altTexts = sound.stream()
                .map(text -> caption(text, CaptionKind.ALT, "", null, null))
                .toList();
        return new Selection(synthetic, altTexts, refused, unsound);
    }

    /** Returns the texts in order; an image that was admitted before it could have several has one. */
    private static List<String> altTexts(Image image) {
        List<String> texts = image.getAltTexts().isEmpty()
                ? image.getAltText().stream().toList()
                : image.getAltTexts().stream().map(AltText::getText).toList();
        return texts.stream().filter(text -> !text.isBlank()).toList();
    }

    private List<Caption> synthetic(String imageId, Captioned outcome, List<Refused> refused) {
        if (outcome instanceof Refused all) {
            refused.add(all);
            return List.of();
        }
        Described described = (Described) outcome;
        refused.addAll(described.refused());
        List<ScoredCaption> sound = new ArrayList<>();
        for (ScoredCaption caption : described.captions()) {
            Checked checked = checked(imageId, caption);
            if (checked instanceof Sound good) {
                sound.add(caption.withText(good.text()));
            } else if (checked instanceof Unsound bad) {
                refused.add(bad.refused());
            }
        }
        return sound.stream()
                .sorted(ScoredCaption.BY_CONFIDENCE)
                .map(caption -> caption(
                        caption.text(),
                        CaptionKind.SYNTHETIC,
                        caption.captioner(),
                        caption.level(),
                        caption.confidence()))
                .toList();
    }

    private Checked checked(String imageId, ScoredCaption caption) {
        Checked checked = check.synthetic(caption);
        if (checked instanceof Sound sound && repeated.isSame(imageId, caption.level(), sound.text())) {
            return new Unsound(new Refused(
                    CaptionRejection.SAME_FOR_ALL, sound.text(), repeated.maxImages() + " images in a row"));
        }
        return checked;
    }

    private Caption caption(
            String text, CaptionKind kind, String captionerId, @Nullable String level, @Nullable Float confidence) {
        NounSet found = nouns.of(text);
        return Caption.newBuilder()
                .setText(text)
                .setKind(kind)
                .setCaptioner(captionerId)
                .setLevel(level)
                .setNouns(found.lemmas())
                .setProperNouns(found.proper())
                .setConfidence(confidence)
                .build();
    }
}
