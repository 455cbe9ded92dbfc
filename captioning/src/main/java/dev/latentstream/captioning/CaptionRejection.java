package dev.latentstream.captioning;

/** Why a caption, or all captions of an image, are missing. */
public enum CaptionRejection {
    /** No word in it. */
    EMPTY,
    /** More characters than the cap. */
    TOO_LONG,
    /** The captioner was cut off before it came to an end. */
    UNFINISHED,
    /** Goes round in circles. */
    REPEATING,
    /** Control characters, broken encoding, hardly a letter. */
    NOT_TEXT,
    /** Says what it was asked instead of what is in the image. */
    PROMPT_ECHO,
    /** Talks about itself or declines. */
    EVASIVE,
    /** Word for word what the captioner said of many other images just before. */
    SAME_FOR_ALL,
    /** The image cannot be decoded by the captioner. */
    UNREADABLE_IMAGE,
    /** An answer that is no answer: half JSON, no choice in it, too many bytes. */
    BAD_ANSWER,
    /** The service refused this image, by an HTTP status. */
    HTTP_STATUS,
    /** The service fails on this image again and again, and on no other. */
    NO_ANSWER,
    /** The run may ask no more. */
    BUDGET
}
