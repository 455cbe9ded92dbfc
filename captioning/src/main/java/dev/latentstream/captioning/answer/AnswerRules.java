package dev.latentstream.captioning.answer;

import static dev.latentstream.captioning.answer.AnswerRules.Reason.EVASIVE;
import static dev.latentstream.captioning.answer.AnswerRules.Reason.MALFORMED;
import static dev.latentstream.captioning.answer.AnswerRules.Reason.UNFINISHED;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the caption in the answer of a chat model: the table of what such models write around a caption, or instead of one.
 *
 * <p>What surrounds a caption is removed only where the rest is certainly the caption: the rules of removal run in their order until
 * none of them changes the text. Whatever is not certain is left, for a rule of refusal to find. Pure functions.
 */
public final class AnswerRules {
    /** An answer is within labels in quotes in a code block at the deepest. */
    private static final int MOST_ROUNDS = 6;

    /** An answer, with all that surrounds its caption, has at most this many times the characters of the longest caption. */
    private static final int LONGEST_ANSWER = 4;

    private static final int EXCERPT = 160;

    /** Removes a habit from an answer; returns the answer unchanged where the habit is absent or the rest uncertain. */
    private record Removal(String name, UnaryOperator<String> rewritten) {}

    /** Recognises an answer that is no caption. */
    private record Refusal(String name, Reason reason, Predicate<String> isMet) {}

    /** The outcome: a caption, or the rule by which there is none. */
    public sealed interface Found {
        /** The text that is certainly the caption. */
        record Caption(String text) implements Found {}

        /**
         * Not a description of an image.
         *
         * @param value the start of the answer
         * @param bound what was expected, and the rule that is broken
         */
        record Nothing(Reason reason, String value, String bound) implements Found {}
    }

    /** The kind of an answer that is no caption. */
    public enum Reason {
        /** Nothing but reasoning. */
        EMPTY,
        /** More text than a caption can have. */
        TOO_LONG,
        /** Broken off. */
        UNFINISHED,
        /** The model talks about itself, to the user, or about several captions. */
        EVASIVE,
        /** Markup, tokens or messages of software. */
        MALFORMED
    }

    private static final String WORD_FOR_CAPTION =
            "(?:captions?|descriptions?|alt[- ]?texts?|summar(?:y|ies)|answers?|responses?|prompts?)";

    /** Words that are labels at the start of an answer only: a board may have "the sentence: ..." on it. */
    private static final String WORD_FOR_ANSWER = "(?:" + WORD_FOR_CAPTION + "|phrases?|sentences?|outputs?|results?)";

    private static final List<Removal> REMOVALS = List.of(
            new Removal("reasoning", AnswerMarkup::withoutReasoning),
            new Removal("end of turn", AnswerMarkup::firstTurn),
            new Removal("element", AnswerMarkup::withinElement),
            removal("preamble", "[^`~\\n]{1,120}:\\s*\\n\\s*(?=(?:```|~~~)|\\{\\s*\"(?!.*\\n\\S))"),
            new Removal("code block", AnswerMarkup::withinCodeBlock),
            removal("label", "(?i)json\\s*:?\\s*\\n\\s*(?=[{\\[])"),
            new Removal("JSON", AnswerJson::caption),
            new Removal("escapes", AnswerMarkup::unescaped),
            new Removal("repetition", AnswerMarkup::once),
            removal("block quotation", "^>[ \\t]+"),
            removal("interjection", AnswerPhrases.INTERJECTION),
            removal(
                    "preamble",
                    "(?iu)^(?:based on (?:the|this) (?:image|picture|photo),?\\s+)?(?:here(?: is|['’]s)|this is|the following is|below is|i would describe)\\b"
                            + "[^.!?:\\n\"]{0,100}\\b" + WORD_FOR_ANSWER + "\\b[^.!?:\\n\"]{0,100}:\\s*"),
            removal(
                    "preamble",
                    "(?iu)^(?:the|a|an|one|my)\\s+(?:[a-z-]+\\s+){0,3}?" + WORD_FOR_CAPTION
                            + "(?: (?:for|of) (?:the|this|that|your) (?:given |provided )?(?:image|picture|photo|scene))?"
                            + "(?: (?:is|could be|would be|might be|reads|is as follows))?\\s*:\\s*"),
            removal("preamble", AnswerPhrases.FOREIGN_PREAMBLE),
            removal(
                    "label",
                    "(?iu)^[#*_>\\s]*(?:(?:the|short|brief|long|detailed|dense|image|picture|photo|final|"
                            + "generated|suggested|possible|english)\\s+){0,3}(?:" + WORD_FOR_CAPTION
                            + "(?: (?:for|of) (?:the|this) (?:image|picture|photo))?|image|photo|assistant)\\s*(?:\\([^)\\n]{0,40}\\)\\s*)?[*_]*\\s*[:：]\\s*[*_]*\\s*"),
            removal(
                    "label",
                    "(?iu)^[#*_>\\s]*(?:(?:the|one|short|brief|single|final|english)\\s+){0,3}(?:" + WORD_FOR_ANSWER
                            + "|ai|bot)\\s*[*_]*\\s*(?:[:：]\\s*[*_]*|=(?=\\s*[\"“']))\\s*"),
            removal("label", "(?iu)^caption\\s+[-–—]\\s+"),
            removal("label", AnswerPhrases.FOREIGN_LABEL),
            removal(
                    "heading",
                    "(?iu)^(?:#{1,6}\\s+|\\*\\*)(?:(?:the|image|short|detailed)\\s+)?" + WORD_FOR_CAPTION
                            + "\\s*(?:\\*\\*)?\\s*\\n+"),
            new Removal("closing", AnswerMarkup::withoutClosing),
            new Removal("list of one", AnswerMarkup::onlyItem),
            new Removal("emphasis", AnswerMarkup::withoutEmphasis),
            new Removal("quotes", AnswerMarkup::withinQuotes));

    private static final List<Refusal> REFUSALS = List.of(
            refusal("unfinished reasoning", UNFINISHED, "(?iu)" + AnswerMarkup.OPENING_OF_REASONING),
            refusal("template token", MALFORMED, AnswerMarkup.TEMPLATE_TOKEN),
            refusal("reasoning without tags", EVASIVE, AnswerPhrases.REASONING),
            refusal("apology", EVASIVE, AnswerPhrases.APOLOGY),
            refusal("apology", EVASIVE, AnswerPhrases.FOREIGN_APOLOGY),
            refusal("inability", EVASIVE, AnswerPhrases.INABILITY),
            refusal("about itself", EVASIVE, AnswerPhrases.ABOUT_ITSELF),
            refusal("no image", EVASIVE, AnswerPhrases.NO_IMAGE),
            refusal("no image", EVASIVE, AnswerPhrases.FOREIGN_NO_IMAGE),
            refusal("blank image", EVASIVE, AnswerPhrases.BLANK_IMAGE),
            refusal("content policy", EVASIVE, AnswerPhrases.POLICY),
            refusal("offer or question", EVASIVE, AnswerPhrases.OFFER),
            refusal("error message", MALFORMED, AnswerPhrases.ERROR),
            new Refusal("JSON", MALFORMED, AnswerJson::looksLikeJson),
            refusal("placeholder", EVASIVE, AnswerPhrases.PLACEHOLDER),
            refusal("several captions", EVASIVE, AnswerPhrases.SEVERAL),
            new Refusal("list", EVASIVE, text -> AnswerMarkup.items(text) > 1),
            refusal("fields", EVASIVE, AnswerPhrases.FIELDS),
            refusal("markup", MALFORMED, AnswerMarkup.MARKUP),
            refusal("cut off", UNFINISHED, AnswerPhrases.CUT_OFF));

    private AnswerRules() {}

    /**
     * Returns the caption of an answer, or the rule by which it has none.
     *
     * @param maxCharacters longest caption; an answer that is several times as long after its reasoning is refused unread
     */
    public static Found find(String answer, int maxCharacters) {
        String text = AnswerMarkup.withoutReasoning(answer).strip();
        if (text.isEmpty() && !answer.isBlank()) {
            return new Found.Nothing(
                    Reason.EMPTY, answer.length() + " characters of reasoning", rule("nothing but reasoning"));
        }
        if (text.length() > (long) LONGEST_ANSWER * maxCharacters) {
            return new Found.Nothing(Reason.TOO_LONG, text.length() + " characters", maxCharacters + " characters");
        }
        for (int round = 0; round < MOST_ROUNDS; round++) {
            String before = text;
            for (Removal removal : REMOVALS) {
                String rest = removal.rewritten().apply(text).strip();
                text = rest.isEmpty() ? text : rest;
            }
            if (text.equals(before)) {
                break;
            }
        }
        return found(text);
    }

    private static Found found(String text) {
        Optional<Refusal> met =
                REFUSALS.stream().filter(rule -> rule.isMet().test(text)).findFirst();
        return met.<Found>map(rule -> new Found.Nothing(rule.reason(), excerpt(text), rule(rule.name())))
                .orElseGet(() -> new Found.Caption(text));
    }

    private static String rule(String name) {
        return "a description of the image (rule: %s)".formatted(name);
    }

    private static String excerpt(String text) {
        return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "...";
    }

    private static Removal removal(String name, String pattern) {
        Pattern habit = Pattern.compile(pattern);
        return new Removal(name, text -> {
            Matcher start = habit.matcher(text);
            return start.lookingAt() ? text.substring(start.end()) : text;
        });
    }

    private static Refusal refusal(String name, Reason reason, String pattern) {
        Pattern sign = Pattern.compile(pattern);
        return new Refusal(name, reason, text -> sign.matcher(text).find());
    }
}
