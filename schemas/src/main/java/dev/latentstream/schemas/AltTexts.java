package dev.latentstream.schemas;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The alt texts of one image, in order of arrival.
 *
 * <p>A copy of an image, named by its source and URI, is the origin of its texts: what arrives from a known origin replaces its earlier
 * texts, what arrives from another one is added. A text that the image has already is not added again.
 *
 * @param texts clean and distinct texts, at most {@link #MAX_TEXTS}
 * @param dropped reason for each text that did not fit
 */
public record AltTexts(List<AltText> texts, List<AltTextFault> dropped) {
    /** Maximum number of texts of an image: COCO has 5 to 7. */
    public static final int MAX_TEXTS = 16;

    /** Maximum length of a text in UTF-16 units: some pages of print. */
    public static final int MAX_CHARACTERS = 1 << 15;

    private static final Pattern LINE_END = Pattern.compile("\r\n?");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\n\t]]+");
    private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

    public AltTexts {
        texts = List.copyOf(texts);
        dropped = List.copyOf(dropped);
    }

    /** Returns the clean texts of a record, whether its producer knows {@code alt_texts} or only {@code alt_text}. */
    public static AltTexts of(RawImage raw) {
        List<AltText> sent = new ArrayList<>();
        String first = raw.getAltText().orElse("");
        if (raw.getAltTexts().stream().noneMatch(text -> text.getText().equals(first))) {
            sent.add(new AltText(first, raw.getSource(), raw.getUri()));
        }
        sent.addAll(raw.getAltTexts());
        return bounded(sent);
    }

    /**
     * Returns these texts after a copy of the image arrived.
     *
     * @param source the copy's source
     * @param uri the copy's URI; it is the origin of its texts even if it has none
     * @param arrived the copy's texts, which may be those of several origins
     */
    public static AltTexts merged(List<AltText> known, String source, String uri, List<AltText> arrived) {
        List<AltText> result = new ArrayList<>();
        List<AltText> left = new ArrayList<>(arrived);
        AltText copy = new AltText("", source, uri);
        for (AltText text : known) {
            boolean replaced = sameOrigin(text, copy) || arrived.stream().anyMatch(other -> sameOrigin(text, other));
            if (!replaced) {
                result.add(text);
            } else {
                arrived.stream().filter(other -> sameOrigin(text, other)).forEach(result::add);
                left.removeIf(other -> sameOrigin(text, other));
            }
        }
        result.addAll(left);
        return bounded(result);
    }

    /**
     * Returns a text without blanks and byte order marks around it, with line feeds as line ends, a blank for other control characters, and
     * without surrogates that have no pair, which no UTF-8 can represent; empty if blank.
     */
    public static Optional<String> clean(String raw) {
        String lines = LINE_END.matcher(raw).replaceAll("\n");
        String text =
                LONE_SURROGATE.matcher(CONTROL.matcher(lines).replaceAll(" ")).replaceAll("");
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (start < end && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return start == end ? Optional.empty() : Optional.of(text.substring(start, end));
    }

    /** Returns the texts as they are in an image's record: the first one, or null, is {@code alt_text}. */
    public Optional<String> first() {
        return texts.stream().map(AltText::getText).findFirst();
    }

    private static AltTexts bounded(List<AltText> all) {
        List<AltText> texts = new ArrayList<>();
        List<AltTextFault> dropped = new ArrayList<>();
        for (AltText text : all) {
            String clean = clean(text.getText()).orElse("");
            boolean known = texts.stream().anyMatch(other -> other.getText().equals(clean));
            if (clean.isEmpty() || known) {
                continue;
            }
            if (clean.length() > MAX_CHARACTERS) {
                dropped.add(AltTextFault.TOO_LONG);
            } else if (texts.size() == MAX_TEXTS) {
                dropped.add(AltTextFault.TOO_MANY);
            } else {
                texts.add(new AltText(clean, text.getSource(), text.getUri()));
            }
        }
        return new AltTexts(texts, dropped);
    }

    private static boolean sameOrigin(AltText one, AltText other) {
        return one.getUri().equals(other.getUri()) && one.getSource().equals(other.getSource());
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT;
    }
}
