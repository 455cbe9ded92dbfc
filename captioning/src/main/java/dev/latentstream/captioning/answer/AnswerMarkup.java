package dev.latentstream.captioning.answer;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The markup of a chat model's answer: reasoning, turns, elements, lists and emphasis. Pure functions of the answer's text. */
final class AnswerMarkup {
    private static final String THOUGHT =
            "(?:think|thinking|thoughts?|reason|reasoning|reflection|analysis|scratchpad|internal|plan|planning|seed:think)";
    /** A reasoning block that begins. */
    static final String OPENING_OF_REASONING = "<" + THOUGHT + ">|◁think▷|\\[THINK\\]|<\\|begin_of_thought\\|>";

    private static final Pattern END_OF_REASONING = Pattern.compile(
            "(?i)</" + THOUGHT + ">|<" + THOUGHT + "\\s?/>|<unused95>"
                    + "|◁/think▷|\\[/THINK\\]|<\\|end_of_thought\\|>|<\\|channel\\|>final<\\|message\\|>|assistantfinal(?=\\p{Lu})");

    /** Special tokens of chat templates, which a tokenizer should have dropped. */
    static final String TEMPLATE_TOKEN =
            "(?i)<0x[0-9a-f]{2}>|<loc_\\d+>|▁|(?-i:\\p{Ll}[ĠĊ])|<[|｜][^<>\\n]{1,40}[|｜]>|</?s>|<<?/?sys>>?|\\[/?INST\\]"
                    + "|<(?:eos|bos|pad|unk|image|img|video|start_of_turn|end_of_turn|end_of_utterance)>";

    private static final Pattern LEADING_TOKENS = Pattern.compile(
            "(?:(?:" + TEMPLATE_TOKEN + ")\\s{0,9}){1,9}(?:(?:assistant|model)(?:\\s*[:\\n]\\s*|(?=<\\|)))?" + "(?:(?:"
                    + TEMPLATE_TOKEN + ")\\s{0,9}){0,9}|(?:assistant|model)\\s*\\n\\s*|\\[ASSISTANT\\]\\s*");
    /** The end of the answer; whatever follows is another turn. */
    private static final Pattern END_OF_TURN = Pattern.compile(
            "(?i)<[|｜](?:im_end|end|eot|eot_id|eom_id|end_of_text|endoftext|end_of_turn|return|eos"
                    + "|end[▁_]of[▁_]sentence|im_start|start_header_id|user|assistant)[|｜]>|</s>|<eos>|<end_of_turn>|<end_of_utterance>"
                    + "|\\n\\s*(?:###\\s*)?(?:user|human|instruction)\\s*:|(?<=[.!?])(?:assistant|user|model)(?=\\s*(?:\\n|$))");

    private static final Pattern ELEMENT = Pattern.compile(
            "(?is)<(answer|caption|description|output|response|result|final|final_answer|assistant)>(.*?)</\\1>|<\\|begin_of_box\\|>(.*?)<\\|end_of_box\\|>");

    private static final Pattern CODE_BLOCK = Pattern.compile("(?s)(```|~~~)[a-zA-Z]*\\s(.*?)\\s?\\1");

    /** Reasoning with a label, up to the label of the answer. */
    private static final Pattern LABELLED_REASONING = Pattern.compile(
            "(?is)^[*_#\\s]{0,9}(?:thinking|thoughts?|reasoning|analysis|rationale)[*_]{0,2}\\s?:.{1,8000}?\\n[*_#\\s]{0,9}"
                    + "(?:final\\s+)?(?:answer|caption|response|output)[*_]{0,2}\\s?:[*_]{0,2}\\s*");

    private static final Pattern ITEM =
            Pattern.compile("(?m)^[ \\t]*(?:[-–—*•+]|\\(?\\d{1,2}[.)]|\\(?[a-h]\\))[ \\t]+(?=\\S)");

    /** A list of items in one line. */
    private static final Pattern SECOND_INLINE = Pattern.compile("\\s\\(?2[.)]\\s+\\p{Lu}");

    /** A remark after a caption; in prose only where a caption never has it, else at the start of a line. */
    private static final Pattern CLOSING =
            Pattern.compile("(?iu)(?:(?<=[.!?…\"”)*])\\s+|\\n\\s*)(?:please )?(?:let me know\\b|feel free to\\b"
                    + "|would you like\\b|is there anything\\b|i hope (?:this|that|it)\\b|hope this\\b|if you(?:['’]d| would)? (?:like|need|want|have) (?:me|any|a|more)\\b"
                    + "|do you (?:want|need)\\b|would you prefer\\b|shall i\\b|should i\\b|want me to\\b"
                    + "|\\(?word count\\b|\\(\\d+ words\\))"
                    + "|(?iu)\\n\\s*(?:is (?:this|that)\\b|does (?:this|that)\\b|how (?:is|does|about)\\b|can i\\b|could i\\b)[^\\n]*\\?\\s*$"
                    + "|(?iu)\\n\\s*you can (?:ask|also)\\b"
                    + "|(?iu)\\n\\W*(?:total|number of|things?|objects?|nouns?|items?)\\b[^\\n:.]{0,30}:"
                    + "|(?iu)\\n\\W*(?:\\(?note\\b|\\(?translation\\b|disclaimer\\b|source\\s*:|this caption\\b|these captions\\b|this description\\b|explanation\\b|(?:keywords?|tags?|hashtags?|confidence|score|language)\\s*:|#\\p{L}|please note\\b)"
                    + "|\\n\\s*(?:-{3,}|\\*{3,}|_{3,})\\s*(?=\\n|$)");

    private static final Pattern HASHTAGS = Pattern.compile("(?u)(?:\\s{1,9}#\\p{L}[\\p{L}\\p{N}_]{0,60}){2,40}\\s*$");
    /** The count of what the instruction asked for, and references to sources. */
    private static final Pattern COUNT = Pattern.compile(
            "(?iu)\\s*(?:\\(\\d{1,3} (?:words?|things?|nouns?|objects?|items?|characters?)\\)|\\[\\^?\\d{1,2}\\]|【[^】\\n]{0,20}】)(?=[.\\s]*$)");

    private static final Pattern PARAGRAPHS = Pattern.compile("\\s*\\n\\s*");
    /** A line break as its escape, but not the start of a word in a Windows path. */
    private static final Pattern ESCAPED_BREAK = Pattern.compile("\\\\n(?![a-z])");

    /** A character as HTML's or JSON's code. */
    private static final Pattern CODE =
            Pattern.compile("&#(\\d{2,6});|&#[xX](\\p{XDigit}{2,5});|\\\\u(\\p{XDigit}{4})");

    private static final Pattern STRONG = Pattern.compile("(\\*\\*|__)(?=\\S)([^\\n]*?\\S)\\1");
    /** Stars whose other half was around a label. */
    private static final Pattern HALF_OF_STRONG = Pattern.compile("^\\*\\*|\\*\\*$");

    private static final Pattern EMPHASIS = Pattern.compile("(?<![*\\w])\\*(?=[^\\s*])([^*\\n]*[^\\s*])\\*(?![*\\w])");

    private static final List<String> QUOTES = List.of("()", "\"\"", "“”", "„“", "«»", "‘’", "''", "``", "「」", "『』");

    /** Markup that no line of prose has. */
    static final String MARKUP =
            "(?i)```|</?(?:p|br|div|span|html|head|body|h[1-6]|ul|ol|li|b|i|strong|em|a|img|table|t[rdh]|code|pre|svg"
                    + "|tool_call|function|ref|box|point)\\b[^<>\\n]{0,200}>|</?[a-z][a-z0-9_:-]{2,40}\\s?/?>|~~~"
                    + "|!?\\[[^\\]\\n]{0,200}\\]\\([^)\\n]{1,400}\\)|(?m:^\\s*\\|.*\\|\\s*$)|(?m:^#{1,6}\\s+\\S)|\\\\(?:boxed|text|begin|frac)\\{"
                    + "|\\[\\[?\\d+(?:\\.\\d+)?\\s*,\\s*\\d|[A-Za-z0-9+/=_-]{61}";

    private AnswerMarkup() {}

    /** Returns what follows the last reasoning block, also where only its end is marked. */
    static String withoutReasoning(String text) {
        int end = 0;
        for (Matcher ends = END_OF_REASONING.matcher(text); ends.find(); ) {
            end = ends.end();
        }
        Matcher labelled = LABELLED_REASONING.matcher(text).region(end, text.length());
        return text.substring(labelled.lookingAt() ? labelled.end() : end);
    }

    /** Returns the first turn, without the tokens around it. */
    static String firstTurn(String text) {
        Matcher leading = LEADING_TOKENS.matcher(text);
        String rest = leading.lookingAt() && !isBox(leading.group()) ? text.substring(leading.end()) : text;
        Matcher end = END_OF_TURN.matcher(rest);
        return end.find() ? rest.substring(0, end.start()) : rest;
    }

    private static boolean isBox(String token) {
        return token.startsWith("<|begin_of_box|>");
    }

    static String withinElement(String text) {
        Matcher element = ELEMENT.matcher(text);
        if (!element.matches()) {
            return text;
        }
        return element.group(1) == null ? element.group(3) : element.group(2);
    }

    static String withinCodeBlock(String text) {
        Matcher block = CODE_BLOCK.matcher(text);
        return block.matches() && !block.group(2).contains(block.group(1)) ? block.group(2) : text;
    }

    static String withoutClosing(String text) {
        Matcher closing = CLOSING.matcher(text);
        String before = closing.find() && closing.start() > 0 ? text.substring(0, closing.start()) : text;
        return COUNT.matcher(HASHTAGS.matcher(before).replaceFirst("")).replaceAll("");
    }

    /** Returns the number of list items. */
    static int items(String text) {
        return (int) ITEM.matcher(text).results().count()
                + (SECOND_INLINE.matcher(text).find() ? 1 : 0);
    }

    /** Returns the only item of a list without its marker, if the list is the whole answer. */
    static String onlyItem(String text) {
        Matcher marker = ITEM.matcher(text);
        return items(text) == 1 && marker.lookingAt() ? text.substring(marker.end()) : text;
    }

    /** Returns a text that is given several times once. */
    static String once(String text) {
        List<String> paragraphs = PARAGRAPHS.splitAsStream(text).distinct().toList();
        return paragraphs.size() == 1 ? paragraphs.get(0) : text;
    }

    /** Returns a text without the escapes of JSON and HTML that a server applied once too often. */
    static String unescaped(String text) {
        String plain = CODE.matcher(ESCAPED_BREAK.matcher(text).replaceAll("\n"))
                .replaceAll(code -> Matcher.quoteReplacement(character(code)));
        return plain.replace("\\\"", "\"")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&#x27;", "'")
                .replace("&apos;", "'")
                .replace("&nbsp;", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }

    private static String character(MatchResult code) {
        String decimal = code.group(1);
        int point = decimal == null
                ? Integer.parseInt(code.group(2) == null ? code.group(3) : code.group(2), 16)
                : Integer.parseInt(decimal);
        boolean isText =
                Character.isDefined(point) && !Character.isISOControl(point) && (point < 0xd800 || point > 0xdfff);
        if (!isText) {
            return code.group();
        }
        return Character.isSpaceChar(point) ? " " : Character.toString(point);
    }

    static String withoutEmphasis(String text) {
        String plain = EMPHASIS.matcher(STRONG.matcher(text).replaceAll("$2")).replaceAll("$1");
        return HALF_OF_STRONG.matcher(plain).replaceAll("");
    }

    /** Returns the text within the quotes around the whole of it. */
    static String withinQuotes(String text) {
        for (String pair : QUOTES) {
            String open = pair.substring(0, 1);
            String close = pair.substring(1);
            if (text.length() > 2 && text.startsWith(open) && text.endsWith(close)) {
                String inner = text.substring(1, text.length() - 1);
                return inner.contains(open) || inner.contains(close) ? text : inner;
            }
        }
        return text;
    }
}
