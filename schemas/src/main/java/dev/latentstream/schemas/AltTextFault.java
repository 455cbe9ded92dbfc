package dev.latentstream.schemas;

/** Reason why an alt text does not reach the record of its image. */
public enum AltTextFault {
    /** It has more characters or bytes than its bound. */
    TOO_LONG,
    /** The image has as many texts as its bound already. */
    TOO_MANY,
    /** It cannot be read, or is broken. */
    UNREADABLE,
    /** The image that it belongs to is absent or not delivered. */
    NO_IMAGE
}
