package dev.latentstream.captioning;

import dev.latentstream.captioning.CaptionCheck.Checked;
import dev.latentstream.captioning.CaptionCheck.Checked.Sound;
import dev.latentstream.captioning.CaptionCheck.Checked.Unsound;
import dev.latentstream.captioning.Captioned.Described;
import dev.latentstream.captioning.Captioned.Refused;
import dev.latentstream.captioning.nouns.NounSet;
import dev.latentstream.captioning.nouns.Nouns;
import dev.latentstream.schemas.Caption;
import dev.latentstream.schemas.CaptionKind;
import dev.latentstream.schemas.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
     * @param altText the alt text, if it is wanted and sound
     * @param refused refused or missing captions of the captioner
     * @param refusedAltText the refusal of a wanted alt text
     */
    record Selection(
            List<Caption> synthetic,
            Optional<Caption> altText,
            List<Refused> refused,
            Optional<Refused> refusedAltText) {
        Selection {
            synthetic = List.copyOf(synthetic);
            refused = List.copyOf(refused);
        }

        /** Returns all captions, the alt text last. */
        List<Caption> captions() {
            return Stream.concat(synthetic.stream(), altText.stream()).toList();
        }

        /** Returns all refusals, that of the alt text last. */
        List<Refused> allRefused() {
            return Stream.concat(refused.stream(), refusedAltText.stream()).toList();
        }
    }

    Selection select(String imageId, Image image, boolean keepAltText, Captioned outcome) {
        List<Refused> refused = new ArrayList<>();
        List<Caption> synthetic = synthetic(imageId, outcome, refused);
        Optional<Checked> altText = image.getAltText()
                .filter(text -> keepAltText && !text.isBlank())
                .map(check::found);
        return new Selection(
                synthetic,
                altText.filter(Sound.class::isInstance)
                        .map(sound -> caption(((Sound) sound).text(), CaptionKind.ALT, "", null, null)),
                refused,
                altText.filter(Unsound.class::isInstance).map(unsound -> ((Unsound) unsound).refused()));
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
