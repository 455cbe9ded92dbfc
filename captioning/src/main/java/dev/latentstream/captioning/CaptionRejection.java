package dev.latentstream.captioning;

/** The reason why a caption, or all captions of an image, are missing. */
enum CaptionRejection {
    /** The text has no words. */
    EMPTY,
    /** The text has more characters than allowed. */
    TOO_LONG,
    /** The caption was truncated at the token limit. */
    UNFINISHED,
    /** The text repeats itself. */
    REPEATING,
    /** Control characters, broken encoding, or hardly any letters. */
    NOT_TEXT,
    /** The text repeats the prompt instead of describing the image. */
    PROMPT_ECHO,
    /** The captioner talks about itself or declines. */
    EVASIVE,
    /** The text is identical to that of many preceding images. */
    SAME_FOR_ALL,
    /** The captioner cannot decode the image. */
    UNREADABLE_IMAGE,
    /** The answer is malformed: invalid JSON, no choice, or too large. */
    BAD_ANSWER,
    /** The service refused this image with an HTTP status. */
    HTTP_STATUS,
    /** The service repeatedly fails on this image, but not on a blank one. */
    NO_ANSWER,
    /** The budget of the run is spent. */
    BUDGET
}
